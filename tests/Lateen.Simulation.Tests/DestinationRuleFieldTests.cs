namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>A row for each field of a DestinationRule: what calls do with it, and what without.</summary>
public sealed class DestinationRuleFieldTests
{
    private const string Echo = "GET http://echo/";

    [Theory]
    [InlineData("httpHeaderName: x-user")]
    [InlineData("httpHeaderName: x-user, maglev: {}")]
    [InlineData("httpHeaderName: x-user, maglev: {tableSize: 251}")]
    [InlineData("httpHeaderName: x-user, ringHash: {minimumRingSize: 64}")]
    [InlineData("httpHeaderName: x-user, minimumRingSize: 64")]
    [InlineData("httpQueryParameterName: user")]
    [InlineData("httpCookie: {name: user}")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpHeaderName")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpQueryParameterName")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.name")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.ringHash.minimumRingSize")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize")]
    public void Calls_with_one_key_go_to_one_pod_and_many_keys_to_all_pods(string hash)
    {
        using Mesh mesh = WithPolicy($"{{loadBalancer: {{consistentHash: {{{hash}}}}}}}");

        for (int user = 0; user < 40; user++)
        {
            int[] before = Counts(mesh);
            for (int i = 0; i < 5; i++)
            {
                mesh.Call("productpage", Echo + "?user=" + user, "x-user: " + user, "cookie: user=" + user);
            }

            Assert.Single(Counts(mesh).Zip(before), pair => pair.First - pair.Second == 5);
        }

        Assert.All(Counts(mesh), count => Assert.InRange(count, 15, 200));
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp")]
    public void Calls_of_one_address_go_to_one_pod()
    {
        using Mesh mesh = WithPolicy("{loadBalancer: {consistentHash: {useSourceIp: true}}}");

        mesh.Calls(30, "productpage", Echo);

        Assert.Equal([0, 0, 30], Counts(mesh).Order());
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.ttl")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.path")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes")]
    public void A_client_without_the_cookie_gets_one_that_leads_back()
    {
        using Mesh mesh = WithPolicy("""
            {loadBalancer: {consistentHash: {httpCookie:
              {name: user, path: /p, ttl: 60s, attributes: [{name: SameSite, value: Strict}]}}}}
            """);

        CallResult first = mesh.Call("productpage", Echo);
        string cookie = first.Header("set-cookie") ?? "";
        int[] before = Counts(mesh);
        for (int i = 0; i < 10; i++)
        {
            mesh.Call("productpage", Echo, "cookie: " + cookie.Split(';')[0]);
        }

        Assert.StartsWith("user=", cookie, StringComparison.Ordinal);
        Assert.Contains("Max-Age=60", cookie, StringComparison.Ordinal);
        Assert.Contains("Path=/p", cookie, StringComparison.Ordinal);
        Assert.Contains("SameSite=Strict", cookie, StringComparison.Ordinal);
        Assert.Single(Counts(mesh).Zip(before), pair => pair.Second == 1 && pair.First == 11);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash.httpHeaderName")]
    [Trait("field", "DestinationRule.spec.subsets.trafficPolicy")]
    public void Affinity_holds_behind_a_virtual_service_that_names_a_subset_with_it()
    {
        string subset = "subsets: [{name: all, labels: {version: v1}, trafficPolicy: "
            + "{loadBalancer: {consistentHash: {httpHeaderName: x-user}}}}]";
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, replicas: 3),
            DestinationRule("echo", subset),
            Worlds.VirtualService("echo", "[{route: [{destination: {host: echo, subset: all}}]}]"));

        for (int i = 0; i < 30; i++)
        {
            mesh.Call("productpage", Echo, "x-user: me");
        }

        Assert.Equal([0, 0, 30], Counts(mesh).Order());
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.simple")]
    public void Passthrough_calls_the_address_that_the_client_chose()
    {
        using Mesh mesh = WithPolicy("{loadBalancer: {simple: PASSTHROUGH}}");
        SimulatedPod chosen = mesh.Pods.Last(pod => pod.Workload == "echo");

        Assert.Equal(200, mesh.Call("productpage", Echo).Status);
        Assert.Equal(200, mesh.Call("productpage", $"GET http://{chosen.Ip}:8080/", "host: echo").Status);
        Assert.Equal(1, chosen.App.RequestCount);
    }

    [Theory]
    [InlineData("consecutive5xxErrors: 1", 500, 1)]
    [InlineData("consecutive5xxErrors: 3", 500, 3)]
    [InlineData("consecutive5xxErrors: 0", 500, 30)]
    [InlineData("consecutive5xxErrors: 0, consecutiveGatewayErrors: 2", 500, 30)]
    [InlineData("consecutive5xxErrors: 0, consecutiveGatewayErrors: 2", 503, 2)]
    [InlineData("splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 1, consecutive5xxErrors: 2", 500, 2)]
    [InlineData("consecutive5xxErrors: 2, outlierDetectionHttpErrorCodes: [429, 503]", 429, 2)]
    [InlineData("consecutive5xxErrors: 2, outlierDetectionHttpErrorCodes: [429]", 500, 30)]
    [InlineData("consecutive5xxErrors: 2", 429, 30)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.consecutive5xxErrors")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.consecutiveGatewayErrors")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.splitExternalLocalOriginErrors")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.maxEjectionPercent")]
    public void A_pod_that_fails_in_a_row_is_left_out(string detection, int status, int failures)
    {
        using Mesh mesh = WithPolicy(
            $"{{loadBalancer: {{simple: ROUND_ROBIN}}, outlierDetection: {{{detection}, maxEjectionPercent: 100, interval: 1s}}}}");
        SimulatedPod bad = mesh.Pod("echo");
        bad.App.Answer = _ => bad.Fail(status);

        mesh.Calls(90, "productpage", Echo);

        Assert.Equal(failures, bad.App.RequestCount);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.baseEjectionTime")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.interval")]
    public void An_ejected_pod_returns_after_its_time()
    {
        using Mesh mesh = WithPolicy("""
            {loadBalancer: {simple: ROUND_ROBIN},
             outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 10s, interval: 1s, maxEjectionPercent: 100}}
            """);
        SimulatedPod bad = mesh.Pod("echo");
        bad.App.Answer = _ => bad.Fail(500);
        mesh.Calls(30, "productpage", Echo);
        bad.App.Answer = _ => bad.Ok();

        mesh.Network.Advance(TimeSpan.FromSeconds(5));
        mesh.Calls(30, "productpage", Echo);
        int early = bad.App.RequestCount;
        mesh.Network.Advance(TimeSpan.FromSeconds(7));
        mesh.Calls(30, "productpage", Echo);

        Assert.Equal((1, 11), (early, bad.App.RequestCount));
    }

    [Theory]
    [InlineData(0, 503)]
    [InlineData(100, 200)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection.minHealthPercent")]
    public void Below_the_least_share_of_healthy_pods_ejected_ones_are_called_too(int minimum, int status)
    {
        using Mesh mesh = WithPolicy(
            $"{{outlierDetection: {{consecutive5xxErrors: 1, interval: 1s, maxEjectionPercent: 100, minHealthPercent: {minimum}}}}}");
        foreach (SimulatedPod pod in Pods(mesh))
        {
            pod.App.Answer = _ => pod.Fail(500);
        }

        mesh.Calls(30, "productpage", Echo);
        foreach (SimulatedPod pod in Pods(mesh))
        {
            pod.App.Answer = _ => pod.Ok();
        }

        Assert.Equal(status, mesh.Call("productpage", Echo).Status);
    }

    [Theory]
    [InlineData("tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}", 3, 1)]
    [InlineData("http: {http2MaxRequests: 2}", 3, 1)]
    [InlineData("http: {http2MaxRequests: 3}", 3, 0)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.tcp.maxConnections")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.http2MaxRequests")]
    public void What_exceeds_a_limit_is_answered_503_UO(string pool, int calls, int refused)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80), Policy("{connectionPool: {" + pool + "}}"));
        mesh.Pod("echo").App.Answer = _ => null;

        List<PendingCall> started = [.. Enumerable.Range(0, calls).Select(_ => mesh.Start("productpage", Echo))];
        mesh.Network.RunUntilIdle();

        Assert.Equal(refused, started.Count(call => call.Call.IsDone));
        Assert.All(started.Where(call => call.Call.IsDone), call => Assert.Equal(503, mesh.Finish(call).Status));
    }

    [Theory]
    [InlineData("http: {maxRequestsPerConnection: 1}", 10)]
    [InlineData("http: {maxRequestsPerConnection: 5}", 2)]
    [InlineData("http: {maxRequestsPerConnection: 0}", 1)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.maxRequestsPerConnection")]
    public void A_connection_carries_so_many_requests(string pool, int connections)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, injected: false), Policy("{connectionPool: {" + pool + "}}"));

        mesh.Calls(10, "productpage", Echo);

        Assert.Equal(connections, mesh.Pod("echo").App.Connections.Count);
    }

    [Theory]
    [InlineData("", "http: {h2UpgradePolicy: UPGRADE}", 1)]
    [InlineData("", "http: {h2UpgradePolicy: DO_NOT_UPGRADE}", 0)]
    [InlineData("h2UpgradePolicy: UPGRADE", "http: {maxRetries: 5}", 1)]
    [InlineData("h2UpgradePolicy: UPGRADE", "http: {h2UpgradePolicy: DO_NOT_UPGRADE}", 0)]
    [InlineData("h2UpgradePolicy: UPGRADE", "http: {useClientProtocol: true}", 0)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.h2UpgradePolicy")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.useClientProtocol")]
    public void Calls_by_HTTP_1_are_upgraded_to_HTTP_2_between_sidecars(string meshConfig, string pool, int connections)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.MeshConfig(meshConfig), Worlds.Service("echo", "http", 80), Policy("{connectionPool: {" + pool + "}}"));

        mesh.Calls(10, "productpage", Echo);

        const string Http2 = "cluster.outbound|80||echo.default.svc.cluster.local;.upstream_cx_http2_total";
        Assert.Equal(connections, mesh.Proxy("productpage").Counter(Http2));
        // The application itself speaks HTTP/1.1 only.
        Assert.Equal(10, mesh.Pod("echo").App.RequestCount);
    }

    [Theory]
    [InlineData("http: {h2UpgradePolicy: UPGRADE}", 1)]
    [InlineData("http: {h2UpgradePolicy: UPGRADE, maxConcurrentStreams: 2}", 3)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.maxConcurrentStreams")]
    public void A_connection_carries_so_many_streams_at_a_time(string pool, int connections)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80), Policy("{connectionPool: {" + pool + "}}"));
        mesh.Pod("echo").App.Answer = _ => null;
        mesh.Start("productpage", Echo);
        mesh.Network.RunUntilIdle();

        for (int i = 0; i < 5; i++)
        {
            mesh.Start("productpage", Echo);
        }

        mesh.Network.RunUntilIdle();

        const string Http2 = "cluster.outbound|80||echo.default.svc.cluster.local;.upstream_cx_http2_total";
        Assert.Equal(connections, mesh.Proxy("productpage").Counter(Http2));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(", http2KeepAlive: {interval: 1s, timeout: 1s}", 1)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.http2KeepAlive.interval")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.http2KeepAlive.timeout")]
    public void A_connection_whose_peer_does_not_answer_a_PING_is_given_up(string keepAlive, int givenUp)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, injected: false),
            Policy("{connectionPool: {http: {h2UpgradePolicy: UPGRADE" + keepAlive + "}}}"));
        mesh.Pod("echo").App.Raw = static (_, _) => { };
        mesh.Start("productpage", Echo);

        mesh.Network.Advance(TimeSpan.FromSeconds(4));

        const string KeepAlive = "cluster.outbound|80||echo.default.svc.cluster.local;.http2.keepalive_timeout";
        Assert.Equal(givenUp, mesh.Proxy("productpage").Counter(KeepAlive));
    }

    [Theory]
    [InlineData("{proxyProtocol: {version: V1}}", "PROXY TCP4 ")]
    [InlineData("{proxyProtocol: {}}", "PROXY TCP4 ")]
    [InlineData("{proxyProtocol: {version: V2}}", "\r\n\r\n\0\r\nQUIT\n")]
    [InlineData("{}", "GET / HTTP/1.1\r\n")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.proxyProtocol.version")]
    public void A_workload_is_told_the_client_by_the_PROXY_protocol(string policy, string start)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80, injected: false), Policy(policy));
        string heard = "";
        mesh.Pod("echo").App.Raw = (_, bytes) => heard += System.Text.Encoding.Latin1.GetString(bytes);

        mesh.Start("productpage", Echo);
        mesh.Network.RunUntilIdle();

        Assert.StartsWith(start, heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http: {idleTimeout: 10s}", 5, 1)]
    [InlineData("http: {idleTimeout: 10s}", 11, 2)]
    [InlineData("tcp: {maxConnectionDuration: 10s}", 5, 1)]
    [InlineData("tcp: {maxConnectionDuration: 10s}", 11, 2)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.http.idleTimeout")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.tcp.maxConnectionDuration")]
    public void A_connection_lives_and_idles_so_long(string pool, int seconds, int connections)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, injected: false), Policy("{connectionPool: {" + pool + "}}"));

        mesh.Call("productpage", Echo);
        mesh.Network.Advance(TimeSpan.FromSeconds(seconds));
        mesh.Call("productpage", Echo);

        Assert.Equal(connections, mesh.Pod("echo").App.Connections.Count);
    }

    [Theory]
    [InlineData("{retryBudget: {percent: 1, minRetryConcurrency: 0}}", 1)]
    [InlineData("{retryBudget: {percent: 100}}", 3)]
    [InlineData("{retryBudget: {percent: 1, minRetryConcurrency: 1}}", 3)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.retryBudget.percent")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.retryBudget.minRetryConcurrency")]
    public void A_retry_needs_room_in_the_budget(string policy, int attempts)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80),
            Policy(policy),
            Worlds.VirtualService("echo", "[{retries: {attempts: 2, retryOn: 5xx}, route: [{destination: {host: echo}}]}]"));
        SimulatedPod echo = mesh.Pod("echo");
        echo.App.Answer = _ => echo.Fail(503);

        Assert.Equal((503, attempts), (mesh.Call("productpage", Echo).Status, echo.App.RequestCount));
    }

    [Theory]
    [InlineData("{loadBalancer: {simple: RANDOM}, portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: ROUND_ROBIN}}]}", true)]
    [InlineData("{loadBalancer: {simple: ROUND_ROBIN}, portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: RANDOM}}]}", true)]
    [InlineData(
        "{loadBalancer: {simple: ROUND_ROBIN}, portLevelSettings: [{port: {number: 80}, connectionPool: {tcp: {maxConnections: 9}}}]}",
        false)]
    [Trait("field", "DestinationRule.spec.trafficPolicy.portLevelSettings")]
    public void Settings_of_a_port_replace_those_of_the_host_as_a_whole(string policy, bool inTurn)
    {
        using Mesh mesh = WithPolicy(policy);

        mesh.Calls(90, "productpage", Echo);

        Assert.Equal(inTurn, Counts(mesh).All(count => count == 30));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("trafficPolicy: {connectionPool: {tcp: {maxConnections: 9}}}", true)]
    [InlineData("trafficPolicy: {loadBalancer: {simple: RANDOM}}", false)]
    [Trait("field", "DestinationRule.spec.subsets.trafficPolicy")]
    public void A_subset_s_blocks_replace_those_of_the_host_one_by_one(string subset, bool inTurn)
    {
        string rule = "trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}\n  subsets: [{name: v1, labels: {version: v1}, "
            + subset.TrimEnd() + "}]";
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, replicas: 3),
            DestinationRule("echo", rule.Replace(", }", "}", StringComparison.Ordinal)),
            Worlds.VirtualService("echo", "[{route: [{destination: {host: echo, subset: v1}}]}]"));

        mesh.Calls(90, "productpage", Echo);

        Assert.Equal(inTurn, Counts(mesh).All(count => count == 30));
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.host")]
    [Trait("field", "DestinationRule.spec.subsets")]
    public void Several_rules_for_a_host_are_one_with_the_first_policy_and_all_subsets()
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80, replicas: 3),
            DestinationRule("a", "trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}", "echo"),
            DestinationRule(
                "b", "trafficPolicy: {loadBalancer: {simple: RANDOM}}\n  subsets: [{name: v1, labels: {version: v1}}]", "echo"),
            Worlds.VirtualService("echo", "[{route: [{destination: {host: echo, subset: v1}}]}]"));

        mesh.Calls(90, "productpage", Echo);

        Assert.All(Counts(mesh), count => Assert.Equal(30, count));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{outlierDetection: {consecutive5xxErrors: 0}}", 30)]
    [InlineData("{connectionPool: {tcp: {maxConnections: 9}}}", 1)]
    [Trait("field", "MeshConfig.defaultTrafficPolicy")]
    public void The_mesh_s_policy_fills_the_blocks_that_a_rule_leaves_open(string policy, int failures)
    {
        string mesh1 = "{defaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 1, maxEjectionPercent: 100}}}";
        string rule = policy.Length == 0 ? "{loadBalancer: {simple: ROUND_ROBIN}}"
            : policy.Replace("{outlier", "{loadBalancer: {simple: ROUND_ROBIN}, outlier", StringComparison.Ordinal)
                .Replace("{connectionPool", "{loadBalancer: {simple: ROUND_ROBIN}, connectionPool", StringComparison.Ordinal);
        using Mesh mesh = Mesh.Bookinfo(Worlds.MeshConfig(mesh1), Worlds.Service("echo", "http", 80, replicas: 3), Policy(rule));
        SimulatedPod bad = mesh.Pod("echo");
        bad.App.Answer = _ => bad.Fail(500);

        mesh.Calls(90, "productpage", Echo);

        Assert.Equal(failures, bad.App.RequestCount);
    }

    [Theory]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.warmup")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.warmupDurationSecs")]
    [InlineData("warmup: {duration: 60s, minimumPercent: 10, aggression: 1}")]
    [InlineData("warmupDurationSecs: 60s")]
    public void A_new_pod_gets_a_small_share_that_grows_to_its_own(string warmup)
    {
        using Mesh mesh = WithPolicy($"{{loadBalancer: {{simple: ROUND_ROBIN, {warmup}}}}}");
        mesh.Network.Advance(TimeSpan.FromMinutes(2));
        mesh.Apply("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo-late}
            spec:
              template:
                metadata: {labels: {app: echo, version: v1, sidecar.istio.io/inject: "true"}}
                spec: {containers: [{name: app, ports: [{name: web, containerPort: 8080}]}]}
            """);
        SimulatedPod late = mesh.Pods.Single(pod => pod.Workload == "echo-late");

        mesh.Calls(300, "productpage", Echo);
        int cold = late.App.RequestCount;
        mesh.Network.Advance(TimeSpan.FromMinutes(2));
        mesh.Calls(300, "productpage", Echo);

        // A quarter would be 75.
        Assert.InRange(cold, 1, 40);
        Assert.InRange(late.App.RequestCount - cold, 65, 85);
    }

    private static List<SimulatedPod> Pods(Mesh mesh) => [.. mesh.Pods.Where(pod => pod.Workload == "echo")];

    private static int[] Counts(Mesh mesh) => [.. Pods(mesh).Select(pod => pod.App.RequestCount)];

    private static string Policy(string policy) => DestinationRule("echo", "trafficPolicy: " + policy.ReplaceLineEndings(" "));

    private static Mesh WithPolicy(string policy) =>
        Mesh.Bookinfo(Worlds.Service("echo", "http", 80, replicas: 3), Policy(policy));

    private static string DestinationRule(string name, string spec, string? host = null) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: {{name}}}
        spec:
          host: {{host ?? name}}
          {{spec}}
        """;
}
