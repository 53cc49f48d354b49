namespace Lateen.Proxy.Tests.Agent;

using System.Text.Json.Nodes;
using Lateen.Proxy.Agent.Cni;
using Lateen.Proxy.Agent.Iptables;

public sealed class CniTests
{
    private const string Configuration = """
        {"cniVersion":"1.0.0","name":"net","type":"istio-cni","exclude_namespaces":["kube-system"],
         "prevResult":{"cniVersion":"1.0.0","ips":[{"address":"10.1.2.3/32"}]},
         "runtimeConfig":{"io.kubernetes.cri.pod-annotations":{"cni.lateen.dev/redirect":"-p 15001 -x \"\" -b *"}}}
        """;

    [Fact]
    public void A_pod_with_a_sidecar_is_redirected_in_its_own_namespace_and_the_chain_s_result_goes_on()
    {
        (int code, JsonNode? answer, (string Namespace, string[] Arguments)? call) = Run("ADD", "shop", Configuration);

        Assert.Equal(0, code);
        Assert.Equal("10.1.2.3/32", answer?["ips"]?[0]?["address"]?.ToString());
        Assert.Equal("/proc/7/ns/net", call?.Namespace);
        Assert.Equal(["-p", "15001", "-x", "", "-b", "*"], call?.Arguments ?? []);
    }

    [Theory]
    [InlineData("kube-system", Configuration)]
    [InlineData("shop", """{"cniVersion":"1.0.0","name":"net","type":"istio-cni","prevResult":{"cniVersion":"1.0.0"}}""")]
    public void A_pod_of_an_excluded_namespace_or_without_a_sidecar_is_left_alone(string ns, string configuration)
    {
        (int code, _, (string, string[])? call) = Run("ADD", ns, configuration);

        Assert.Equal(0, code);
        Assert.Null(call);
    }

    [Theory]
    [InlineData("ADD", "{", "not JSON")]
    [InlineData("REMOVE", "{}", "REMOVE")]
    public void What_cannot_be_understood_is_answered_with_an_error_of_the_specification(string command, string configuration, string expected)
    {
        (int code, JsonNode? answer, _) = Run(command, "shop", configuration);

        Assert.Equal(1, code);
        Assert.NotNull(answer?["code"]);
        Assert.Contains(expected, answer?["msg"]?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Redirection_that_fails_keeps_the_pod_from_starting_and_says_why()
    {
        using var output = new StringWriter();

        int code = CniPlugin.Run(Environment("ADD", "shop"), new StringReader(Configuration), output, (_, _) => "no iptables");

        Assert.Equal(1, code);
        Assert.Equal("no iptables", JsonNode.Parse(output.ToString())?["msg"]?.ToString());
    }

    [Fact]
    public void The_plugin_joins_a_chain_once_and_leaves_it_as_it_was()
    {
        var before = (JsonObject)JsonNode.Parse("""{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"bridge"},{"type":"portmap"}]}""")!;
        JsonObject plugin = CniConfiguration.Plugin(["kube-system"]);

        JsonObject twice = CniConfiguration.With(CniConfiguration.With(before, plugin), plugin);

        Assert.Equal(["bridge", "portmap", "istio-cni"], twice["plugins"]!.AsArray().Select(p => p!["type"]!.ToString()));
        Assert.True(CniConfiguration.Has(twice, plugin));
        Assert.True(JsonNode.DeepEquals(before, CniConfiguration.Without(twice)));
    }

    [Fact]
    public void A_single_network_becomes_a_chain_of_it_and_the_plugin()
    {
        var single = (JsonObject)JsonNode.Parse("""{"cniVersion":"0.3.1","name":"net","type":"bridge","bridge":"b0"}""")!;

        JsonObject list = CniConfiguration.With(single, CniConfiguration.Plugin([]));

        Assert.Equal("net", list["name"]?.ToString());
        Assert.Equal("b0", list["plugins"]?[0]?["bridge"]?.ToString());
        Assert.Equal("istio-cni", list["plugins"]?[1]?["type"]?.ToString());
    }

    [Fact]
    public async Task The_installer_puts_the_plugin_in_again_when_it_is_removed_and_takes_it_out_at_the_end()
    {
        string folder = Directory.CreateTempSubdirectory("lateen-cni").FullName;
        string list = Path.Combine(folder, "10-net.conflist");
        const string original = """{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"bridge"}]}""";
        await File.WriteAllTextAsync(list, original, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var lines = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var installer = new CniInstaller(folder, folder, "", [], line => lines.Writer.TryWrite(line));

        Task running = installer.RunAsync(stop.Token);
        await Changed(lines.Reader);
        Assert.True(installer.IsInstalled);
        await File.WriteAllTextAsync(list, original, TestContext.Current.CancellationToken);
        await Changed(lines.Reader);
        Assert.True(installer.IsInstalled);
        await stop.CancelAsync();
        await running;

        Assert.False(installer.IsInstalled);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_flags_of_the_validation_are_understood()
    {
        (IptablesOptions options, IReadOnlyList<string> errors) =
            IptablesArguments.Parse(["-p", "15001", "-b", "*", "--run-validation", "--skip-rule-apply"]);

        Assert.Empty(errors);
        Assert.True(options is { Validate: true, SkipRules: true });
    }

    private static async Task Changed(System.Threading.Channels.ChannelReader<string> lines)
    {
        while (!(await lines.ReadAsync(TestContext.Current.CancellationToken)).EndsWith("has changed", StringComparison.Ordinal))
        {
            Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        }
    }

    private static (int Code, JsonNode? Answer, (string Namespace, string[] Arguments)? Call) Run(string command, string ns, string configuration)
    {
        (string, string[])? call = null;
        using var output = new StringWriter();
        int code = CniPlugin.Run(Environment(command, ns), new StringReader(configuration), output, (where, arguments) =>
        {
            call = (where, arguments);
            return null;
        });
        return (code, output.ToString().Length > 0 ? JsonNode.Parse(output.ToString()) : null, call);
    }

    private static Func<string, string?> Environment(string command, string ns) => name => name switch
    {
        "CNI_COMMAND" => command,
        "CNI_NETNS" => "/proc/7/ns/net",
        "CNI_ARGS" => $"IgnoreUnknown=1;K8S_POD_NAMESPACE={ns};K8S_POD_NAME=a",
        _ => null,
    };
}
