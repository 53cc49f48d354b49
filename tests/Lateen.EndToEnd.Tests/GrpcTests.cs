namespace Lateen.EndToEnd.Tests;

using System.Text.Json;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The real gRPC library for Node.js as a client of the mesh without a proxy: pods, a Service and rules, dialled by xds:///.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class GrpcTests(Bookinfo bookinfo)
{
    private const int Calls = 400;

    private const string World = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: grpc}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: grpc}
        spec:
          selector: {app: echo}
          ports: [{name: grpc, port: 7070}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: echo-v1, namespace: grpc}
        spec:
          selector: {matchLabels: {app: echo, version: v1}}
          template:
            metadata: {labels: {app: echo, version: v1}}
            spec: {containers: [{name: echo, image: "example/grpc-echo:1", args: ["v1@0.0.0.0:7070"], ports: [{containerPort: 7070}],
              readinessProbe: {tcpSocket: {port: 7070}, periodSeconds: 1}}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: echo-v2, namespace: grpc}
        spec:
          selector: {matchLabels: {app: echo, version: v2}}
          template:
            metadata: {labels: {app: echo, version: v2}}
            spec: {containers: [{name: echo, image: "example/grpc-echo:1", args: ["v2@0.0.0.0:7070"], ports: [{containerPort: 7070}],
              readinessProbe: {tcpSocket: {port: 7070}, periodSeconds: 1}}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: client, namespace: grpc}
        spec:
          selector: {matchLabels: {app: client}}
          template:
            metadata: {labels: {app: client}}
            spec:
              containers:
              - name: client
                image: example/sleep:1
                env:
                - {name: INSTANCE_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - name: GRPC_XDS_BOOTSTRAP_CONFIG
                  value: >-
                    {"xds_servers":[{"server_uri":"istiod.istio-system.svc:15010","channel_creds":[{"type":"insecure"}],"server_features":["xds_v3"]}],
                    "node":{"id":"sidecar~$(INSTANCE_IP)~client.grpc~grpc.svc.cluster.local","metadata":{"GENERATOR":"grpc","NAMESPACE":"grpc"},"locality":{}}}
        """;

    private const string Rules = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: echo, namespace: grpc}
        spec:
          host: echo
          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: echo, namespace: grpc}
        spec:
          hosts: [echo]
          http:
          - match: [{headers: {end-user: {exact: jason}}}]
            fault: {abort: {percentage: {value: 100}, grpcStatus: RESOURCE_EXHAUSTED}}
            route: [{destination: {host: echo, subset: v1}}]
          - route:
            - {destination: {host: echo, subset: v1}, weight: 80}
            - {destination: {host: echo, subset: v2}, weight: 20}
        """;

    [Fact]
    public async Task A_client_that_dials_by_xds_follows_the_weights_and_faults_of_the_mesh()
    {
        LocalCluster.Require();
        BringPrograms();
        // The artifacts folder is shown to pods as /opt/lateen.
        (await bookinfo.Cluster.LateenAsync("image", "add", "--home", bookinfo.Cluster.Home, "example/grpc-echo:*", "--", "/usr/bin/env", "node",
            "/opt/lateen/grpc/server.cjs")).Text();
        await bookinfo.Cluster.KubectlAsync("apply -f -", World);
        await bookinfo.Cluster.KubectlAsync("wait --for=condition=Available deployment --all -n grpc --timeout=60s");
        await bookinfo.Cluster.KubectlAsync("apply -f -", Rules);

        Dictionary<string, int> jason = [];
        await Until.TrueAsync(
            async () => (jason = await CallAsync(5, "end-user=jason")).Keys.All(answer => answer.StartsWith("RESOURCE_EXHAUSTED", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30),
            () => $"jason's calls are aborted: {string.Join(", ", jason)}");
        Dictionary<string, int> others = await CallAsync(Calls);

        // 400 draws of 0.8: 320 with a standard deviation of 8; five of them.
        Assert.InRange(others.GetValueOrDefault("v1"), 280, 360);
        Assert.Equal(Calls, others.GetValueOrDefault("v1") + others.GetValueOrDefault("v2"));
        await bookinfo.Cluster.KubectlAsync("delete namespace grpc --wait=false");
    }

    private async Task<Dictionary<string, int>> CallAsync(int calls, params string[] headers)
    {
        string output = await bookinfo.Cluster.KubectlAsync(
            $"exec -n grpc deploy/client -- /usr/bin/env node /opt/lateen/grpc/client.cjs xds:///echo.grpc.svc.cluster.local:7070 {calls} {string.Join(' ', headers)}");
        return JsonSerializer.Deserialize<Dictionary<string, int>>(output) ?? [];
    }

    // Programs and library go where pods see them; the large packages of the other tests stay out.
    private static void BringPrograms()
    {
        string target = Path.Combine(Place.Root, "artifacts", "grpc");
        string modules = Path.Combine(Place.Root, "tests", "node_modules");
        Assert.True(Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js-xds")), "tests/node_modules is missing: run `make test-deps`");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Place.Root, "tests", "grpc"), "*.cjs"))
        {
            Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (string file in Directory.EnumerateFiles(modules, "*", SearchOption.AllDirectories))
        {
            string inside = Path.GetRelativePath(modules, file);
            if (!inside.StartsWith("@aws-cdk", StringComparison.Ordinal) && !inside.StartsWith("aws-cdk", StringComparison.Ordinal))
            {
                Copy(file, Path.Combine(target, "node_modules", inside));
            }
        }
    }

    private static void Copy(string from, string to)
    {
        if (!File.Exists(to))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to) ?? "/");
            File.Copy(from, to);
        }
    }
}
