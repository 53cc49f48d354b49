namespace Lateen.Local.Tests.Runtime;

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>Pods as real processes: life, restarts, logs, exec and volumes.</summary>
public sealed class PodTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task A_pod_runs_in_its_namespaces_and_its_status_says_so()
    {
        await cluster.StartPodAsync("alive", "echo hello; sleep 1000");

        JsonObject status = (await cluster.PodAsync("alive"))["status"]?.AsObject() ?? [];
        Assert.Equal("Running", (string?)status["phase"]);
        Assert.StartsWith("10.244.", (string?)status["podIP"], StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (string?)status["hostIP"]);
        Assert.True((bool?)status["containerStatuses"]?[0]?["ready"]);
        await RunningCluster.UntilAsync(async () => await cluster.LogAsync("alive") == "hello\n");
        (int code, string output) = await cluster.ExecAsync("alive", "sh", "-c", "hostname; cat /proc/1/comm; exit 7");
        Assert.Equal(7, code);
        Assert.Equal("alive\nsh\n", output);
    }

    [Fact]
    public async Task A_pod_sees_nothing_of_the_host_but_its_programs()
    {
        await cluster.StartPodAsync("inside", "sleep 1000");

        (_, string root) = await cluster.ExecAsync("inside", "ls", "/");
        Assert.DoesNotContain("root", root.Split('\n'));
        Assert.DoesNotContain("home", root.Split('\n'));
        Assert.DoesNotContain("work", root.Split('\n'));
        (_, string run) = await cluster.ExecAsync("inside", "ls", "-A", "/run", "/sys", "/tmp", "/var/lib");
        Assert.DoesNotContain("lateen", run, StringComparison.Ordinal);
        (int code, _) = await cluster.ExecAsync("inside", "ls", cluster.Home);
        Assert.NotEqual(0, code);
        (_, string mounts) = await cluster.ExecAsync("inside", "cat", "/proc/mounts");
        Assert.DoesNotContain(" /root", mounts, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Home + " ", mounts, StringComparison.Ordinal);
        (_, string shadow) = await cluster.ExecAsync("inside", "sh", "-c", "cat /etc/shadow /etc/ssl/private/* /proc/kcore | head -c 10");
        Assert.Contains("No such file", shadow, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo x > /proc/sys/kernel/domainname")]
    [InlineData("echo h > /proc/sysrq-trigger")]
    [InlineData("touch /usr/bin/x")]
    [InlineData("touch /etc/ld.so.preload")]
    [InlineData("mv /etc /etc2")]
    [InlineData("mount -t tmpfs x /tmp")]
    [InlineData("mount -o remount,rw /usr")]
    [InlineData("mknod /tmp/disk b 254 0")]
    [InlineData("ip link add dummy0 type veth")]
    [InlineData("nsenter --target 1 --net true --mount=/proc/1/ns/mnt")]
    [InlineData("chroot /tmp")]
    public async Task Root_in_a_pod_has_no_power(string attempt)
    {
        string name = "weak" + Math.Abs(attempt.GetHashCode(StringComparison.Ordinal)).ToString(CultureInfo.InvariantCulture);
        await cluster.StartPodAsync(name, "sleep 1000");

        (int code, string output) = await cluster.ExecAsync(name, "sh", "-c", attempt);

        Assert.True(code != 0, output);
        (_, string capabilities) = await cluster.ExecAsync(name, "grep", "-E", "CapPrm|CapEff|CapBnd|NoNewPrivs", "/proc/self/status");
        Assert.Equal(3, capabilities.Split("0000000000000000").Length - 1);
        Assert.Contains("NoNewPrivs:\t1", capabilities, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_started_in_a_pod_that_just_starts_never_sees_the_host()
    {
        for (int round = 0; round < 15; round++)
        {
            string name = $"early{round}";
            await cluster.CreateAsync($$"""
                {"kind":"Pod","metadata":{"name":"{{name}}"},"spec":{"containers":[{"name":"main","image":"busybox","command":["sleep","1000"]} ] } }
                """);
            (int Code, string Output) answer = (1, "");
            await RunningCluster.UntilAsync(async () =>
            {
                try
                {
                    answer = await cluster.ExecAsync(name, "ls", "/");
                    Assert.DoesNotContain("root\n", answer.Output, StringComparison.Ordinal);
                    return answer.Code == 0;
                }
                catch (InvalidOperationException)
                {
                    return false;
                }
            });
        }
    }

    [Theory]
    [InlineData("\"hostNetwork\":true,", "")]
    [InlineData("\"hostPID\":true,", "")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/root\"}}],", "")]
    [InlineData("", ",\"securityContext\":{\"privileged\":true}")]
    [InlineData("", ",\"securityContext\":{\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}")]
    public async Task A_pod_that_asks_for_the_host_is_refused_with_the_reason(string podMore, string more)
    {
        string name = "bad" + Guid.NewGuid().ToString("N")[..8];
        await cluster.CreateAsync($$"""
            {"kind":"Pod","metadata":{"name":"{{name}}"},"spec":{ {{podMore}}
             "containers":[{"name":"main","image":"busybox","command":["sleep","1000"] {{more}} } ] } }
            """);

        await RunningCluster.UntilAsync(async () => (string?)(await cluster.PodAsync(name))["status"]?["phase"] == "Failed");
        Assert.Contains("refused", (string?)(await cluster.PodAsync(name))["status"]?["message"], StringComparison.Ordinal);
        Assert.Contains("Refused", await cluster.EventsAsync(name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_cannot_cover_the_machines_programs()
    {
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"cover"},"spec":{"volumes":[{"name":"v","emptyDir":{}}],
             "containers":[{"name":"main","image":"busybox","command":["sleep","9"],
             "volumeMounts":[{"name":"v","mountPath":"/etc"}]}]}}
            """);

        await RunningCluster.UntilAsync(async () => (await cluster.EventsAsync("cover")).Contains("cannot be mounted at /etc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_in_a_shared_volume_leads_no_mount_out_of_the_pod()
    {
        const string twoVolumes = "\"volumes\":[{\"name\":\"a\",\"emptyDir\":{}},{\"name\":\"b\",\"emptyDir\":{}}],"
            + "\"initContainers\":[{\"name\":\"plant\",\"image\":\"busybox\",\"command\":[\"sh\",\"-c\",\"ln -s /run/lateen /data/link\"],"
            + "\"volumeMounts\":[{\"name\":\"a\",\"mountPath\":\"/data\"}]}],";
        await cluster.CreateAsync("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"link\"},\"spec\":{" + twoVolumes
            + "\"containers\":[{\"name\":\"main\",\"image\":\"busybox\",\"command\":[\"sleep\",\"9\"],\"volumeMounts\":["
            + "{\"name\":\"a\",\"mountPath\":\"/data\"},{\"name\":\"b\",\"mountPath\":\"/data/link/x\"}]}]}}");

        await RunningCluster.UntilAsync(async () => (await cluster.EventsAsync("link")).Contains("links are not followed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_image_says_how_to_name_a_command_for_it()
    {
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"unknown"},"spec":{"containers":[{"name":"main","image":"example.com/none:1"}]}}
            """);

        await RunningCluster.UntilAsync(async () => (string?)(await cluster.PodAsync("unknown"))["status"]?["containerStatuses"]?[0]?["state"]?
            ["waiting"]?["reason"] == "ImagePullBackOff");
        Assert.Contains("lateen image add \\u0027example.com/none:1\\u0027 -- ", await cluster.EventsAsync("unknown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_process_is_back_within_two_seconds_and_the_old_log_stays_readable()
    {
        await cluster.StartPodAsync("killed", "echo $HOSTNAME runs; sleep 1000", ",\"env\":[{\"name\":\"MARK\",\"value\":\"kill-me\"}]");
        await RunningCluster.UntilAsync(async () => (await cluster.LogAsync("killed")).Length > 0);
        int process = Find("MARK=kill-me");

        long start = Stopwatch.GetTimestamp();
        using (Process victim = Process.GetProcessById(process))
        {
            victim.Kill();
        }

        await RunningCluster.UntilAsync(async () => (int?)(await cluster.PodAsync("killed"))["status"]?["containerStatuses"]?[0]?["restartCount"] == 1
            && RunningCluster.IsReady(await cluster.PodAsync("killed")));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));
        JsonNode? last = (await cluster.PodAsync("killed"))["status"]?["containerStatuses"]?[0]?["lastState"]?["terminated"];
        Assert.Equal(137, (int?)last?["exitCode"]);
        Assert.Equal("killed runs\n", await cluster.LogAsync("killed", previous: true));
    }

    [Fact]
    public async Task A_container_that_always_fails_ends_in_CrashLoopBackOff()
    {
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"crash"},"spec":{"containers":[{"name":"main","image":"busybox","command":["false"]}]}}
            """);

        await RunningCluster.UntilAsync(async () => (string?)(await cluster.PodAsync("crash"))["status"]?["containerStatuses"]?[0]?["state"]?
            ["waiting"]?["reason"] == "CrashLoopBackOff");
        Assert.Contains("BackOff", await cluster.EventsAsync("crash"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_containers_run_in_order_and_sidecars_before_the_application()
    {
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"ordered"},"spec":{"volumes":[{"name":"v","emptyDir":{}}],"restartPolicy":"Never",
             "initContainers":[
              {"name":"one","image":"busybox","command":["sh","-c","echo one >> /v/o"],"volumeMounts":[{"name":"v","mountPath":"/v"}]},
              {"name":"side","image":"busybox","restartPolicy":"Always","command":["sh","-c","trap 'exit 0' TERM; echo side >> /v/o; sleep 1000 & wait"],
               "startupProbe":{"exec":{"command":["grep","side","/v/o"]},"periodSeconds":1,"failureThreshold":9},
               "volumeMounts":[{"name":"v","mountPath":"/v"}]},
              {"name":"two","image":"busybox","command":["sh","-c","echo two >> /v/o"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}],
             "containers":[{"name":"main","image":"busybox","command":["sh","-c","cat /v/o"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}
            """);

        await RunningCluster.UntilAsync(async () => (string?)(await cluster.PodAsync("ordered"))["status"]?["phase"] == "Succeeded");
        string log = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(cluster.Home, "pods"), "0.log", SearchOption.AllDirectories)
            .First(static file => file.Contains("default_ordered_", StringComparison.Ordinal) && file.Contains("/main/", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        Assert.Equal(["one", "side", "two"], log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[31..]));
    }

    [Fact]
    public async Task Volumes_and_variables_carry_configuration_and_follow_its_changes()
    {
        await cluster.CreateAsync("""{"kind":"ConfigMap","metadata":{"name":"conf"},"data":{"a":"1","b.txt":"text"}}""");
        await cluster.CreateAsync("""{"kind":"Secret","metadata":{"name":"sec"},"data":{"k":"c2VjcmV0"}}""");
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"conf","labels":{"l":"v"}},"spec":{
             "volumes":[{"name":"c","configMap":{"name":"conf"}},{"name":"p","projected":{"sources":[
               {"serviceAccountToken":{"path":"token","audience":"x"}},{"secret":{"name":"sec"}},
               {"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}],
             "containers":[{"name":"main","image":"busybox","command":["sleep","1000"],
              "securityContext":{"runAsUser":1337,"runAsGroup":1337,"readOnlyRootFilesystem":true},
              "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"conf","key":"a"}}},{"name":"B","value":"$(A)-$(NO)-$$(A)"},
                {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},
                {"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}],
              "envFrom":[{"prefix":"S_","secretRef":{"name":"sec"}}],
              "volumeMounts":[{"name":"c","mountPath":"/etc/conf"},{"name":"c","mountPath":"/etc/one.txt","subPath":"b.txt"},
                {"name":"p","mountPath":"/var/run/secrets/x"}]}]}}
            """);
        await cluster.UntilReadyAsync("conf");

        (_, string output) = await cluster.ExecAsync("conf", "sh", "-c",
            "echo $A $B $S_k $KUBERNETES_SERVICE_HOST; id -u; cat /etc/conf/a /etc/one.txt /run/secrets/x/token /run/secrets/x/k /run/secrets/x/labels; touch /x /tmp/x");
        Assert.StartsWith("1 1-$(NO)-$(A) secret 10.96.0.1\n1337\n1texttokensecretl=\"v\"", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("Read-only file system").Length - 1);
        await cluster.AskAsync(JsonNode.Parse("""{"op":"patch","kind":"ConfigMap","name":"conf","object":{"data":{"a":"2"}}}""")?.AsObject() ?? []);
        await RunningCluster.UntilAsync(async () => (await cluster.ExecAsync("conf", "cat", "/etc/conf/a")).Output == "2");
    }

    [Fact]
    public async Task A_terminal_has_a_name_and_joins_both_streams()
    {
        await cluster.StartPodAsync("terminal", "sleep 1000");

        JsonObject answer = await cluster.AskAsync(JsonNode.Parse("""
            {"op":"exec","name":"terminal","terminal":true,"command":["sh","-c","tty; echo oops >&2; exit 3"]}
            """)?.AsObject() ?? []);

        Assert.Equal(3, (int?)answer["code"]);
        Assert.Equal("/dev/pts/0\r\noops\r\n", (string?)answer["output"]);
    }

    [Fact]
    public async Task Input_reaches_a_program_and_its_end_too()
    {
        await cluster.StartPodAsync("input", "sleep 1000");

        JsonObject answer = await cluster.AskAsync(JsonNode.Parse("""{"op":"exec","name":"input","input":"a\nb\n","command":["wc","-l"]}""")?.AsObject() ?? []);

        Assert.Equal("2\n", (string?)answer["output"]);
    }

    [Fact]
    public async Task A_deleted_pod_is_gone_soon_even_when_its_program_has_no_handler()
    {
        await cluster.StartPodAsync("deleted", "exec sleep 1000");
        long start = Stopwatch.GetTimestamp();

        await cluster.AskAsync(new JsonObject { ["op"] = "delete", ["name"] = "deleted" });

        await RunningCluster.UntilAsync(async () => (await cluster.PodAsync("deleted")).Count == 0);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3));
    }

    private static int Find(string variable) => Directory.GetDirectories("/proc").Select(static folder => Path.GetFileName(folder))
        .Where(static name => int.TryParse(name, out _)).Select(static name => int.Parse(name, CultureInfo.InvariantCulture))
        .First(process =>
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/environ").Split('\0').Contains(variable)
                    && File.ReadAllText($"/proc/{process}/comm").Trim() == "sh";
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });
}
