namespace Lateen.Control.Tests.Grpc;

using System.Text.Json;
using Lateen.Control.Ads;

/// <summary>The real @grpc/grpc-js-xds as client of our control plane, and real gRPC servers as the service.</summary>
public sealed class ProxylessGrpcTests : IAsyncLifetime
{
    private const string Target = "xds:///echo.default.svc.cluster.local:7070";
    private NodeProgram? servers;
    private XdsServer? control;

    public async ValueTask InitializeAsync()
    {
        NodeProgram.Require();
        servers = NodeProgram.Start("server.cjs", "", "v1@127.0.0.2", "v2@127.0.0.3");
        control = await XdsServer.StartAsync(Mesh(await servers.LineAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        if (control is not null)
        {
            await control.DisposeAsync();
        }

        if (servers is not null)
        {
            await servers.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_rules_calls_go_round_all_servers()
    {
        Dictionary<string, int> answers = await CallAsync(Target, 100);

        // Round robin, but for the first calls, which take the server that is connected first.
        Assert.InRange(answers["v1"], 45, 55);
        Assert.Equal(100, answers["v1"] + answers["v2"]);
    }

    [Fact]
    public async Task A_short_name_is_dialled_in_the_namespace_of_the_client() =>
        Assert.Equal(10, (await CallAsync("xds:///echo:7070", 10)).Values.Sum());

    [Fact]
    public async Task Weights_of_a_virtual_service_shift_calls()
    {
        await Control.ApplyAsync(Subsets);
        await Control.ApplyAsync(VirtualService("""
              - route:
                - destination: {host: echo, subset: v1}
                  weight: 80
                - destination: {host: echo, subset: v2}
                  weight: 20
            """));

        Dictionary<string, int> answers = await CallAsync(Target, 500);

        // 500 draws of 0.8: 400 with a standard deviation of 8.9; five of them.
        Assert.InRange(answers["v1"], 355, 445);
        Assert.Equal(500, answers["v1"] + answers["v2"]);
    }

    [Fact]
    public async Task A_match_on_a_header_and_an_abort_hold_for_calls_without_a_proxy()
    {
        await Control.ApplyAsync(Subsets);
        await Control.ApplyAsync(VirtualService("""
              - match:
                - headers: {end-user: {exact: jason}}
                fault: {abort: {percentage: {value: 100}, grpcStatus: RESOURCE_EXHAUSTED}}
                route:
                - destination: {host: echo, subset: v1}
              - route:
                - destination: {host: echo, subset: v2}
            """));

        Dictionary<string, int> jason = await CallAsync(Target, 5, "end-user=jason");
        Dictionary<string, int> others = await CallAsync(Target, 5);

        Assert.StartsWith("RESOURCE_EXHAUSTED", Assert.Single(jason).Key, StringComparison.Ordinal);
        Assert.Equal(5, others["v2"]);
    }

    [Fact]
    public async Task Rules_that_gRPC_cannot_follow_do_not_take_the_others_with_them()
    {
        await Control.ApplyAsync(Subsets);
        await Control.ApplyAsync(VirtualService("""
              - match: [{headers: {old: {exact: "1"}}}]
                redirect: {uri: /elsewhere}
              - match: [{queryParams: {q: {exact: "1"}}}]
                route: [{destination: {host: echo, subset: v1}}]
              - corsPolicy: {allowOrigins: [{exact: "http://x"}]}
                timeout: 5s
                retries: {attempts: 2, retryOn: "unavailable,connect-failure"}
                mirror: {host: echo, subset: v1}
                route: [{destination: {host: echo, subset: v2}}]
            """));

        Assert.Equal(5, (await CallAsync(Target, 5))["v2"]);
        Assert.All(Control.Plane.Discovery.Proxies, proxy => Assert.Null(proxy.Error));
    }

    private XdsServer Control => control ?? throw new InvalidOperationException("not started");

    private async Task<Dictionary<string, int>> CallAsync(string target, int calls, params string[] headers)
    {
        string bootstrap = $$$"""
            {"xds_servers":[{"server_uri":"127.0.0.1:{{{Control.Address.Port}}}","channel_creds":[{"type":"insecure"}],"server_features":["xds_v3"]}],
             "node":{"id":"sidecar~10.244.0.99~client-x.default~default.svc.cluster.local","metadata":{"GENERATOR":"grpc"},"locality":{} } }
            """;
        await using NodeProgram client = NodeProgram.Start("client.cjs", bootstrap, [target, $"{calls}", .. headers]);
        return JsonSerializer.Deserialize<Dictionary<string, int>>(await client.LineAsync()) ?? [];
    }

    private static string VirtualService(string rules) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: echo, namespace: default}
        spec:
          hosts: [echo]
          http:
        {{rules}}
        """;

    private const string Subsets = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: echo, namespace: default}
        spec:
          host: echo
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
        """;

    private static string Mesh(string port) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: default}
        spec:
          clusterIP: 10.96.1.1
          selector: {app: echo}
          ports:
          - {name: grpc, port: 7070, targetPort: {{port}} }
        ---
        {{Pod("v1", "127.0.0.2")}}
        ---
        {{Pod("v2", "127.0.0.3")}}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: echo-1
          namespace: default
          labels: {kubernetes.io/service-name: echo}
        addressType: IPv4
        ports:
        - {name: grpc, port: {{port}}, protocol: TCP}
        endpoints:
        - {addresses: [127.0.0.2], targetRef: {kind: Pod, name: echo-v1, namespace: default} }
        - {addresses: [127.0.0.3], targetRef: {kind: Pod, name: echo-v2, namespace: default} }
        """;

    private static string Pod(string version, string address) => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: echo-{{version}}
          namespace: default
          labels: {app: echo, version: {{version}} }
        spec: {nodeName: lateen}
        status: {podIP: {{address}} }
        """;
}
