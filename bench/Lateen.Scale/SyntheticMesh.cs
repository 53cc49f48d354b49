namespace Lateen.Scale;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;

/// <summary>Services, pods and slices of a mesh of any size, and the two changes that are measured.</summary>
internal sealed class SyntheticMesh(MeshSize size, ConfigStore store)
{
    // Every change must be one, whatever the number of rounds before it.
    private bool _replaced;

    public void Fill()
    {
        for (int service = 0; service < size.Services; service++)
        {
            string name = Name(service);
            Apply<Service>("", "Service", $$"""
                apiVersion: v1
                kind: Service
                metadata: {name: {{name}}, namespace: default}
                spec:
                  clusterIP: 10.{{96 + (service / 65536)}}.{{service / 256 % 256}}.{{service % 256}}
                  selector: {app: "{{name}}" }
                  ports:
                  - {name: http, port: {{Port(service)}}, targetPort: 8080}
                """);
            for (int pod = 0; pod < size.EndpointsPerService; pod++)
            {
                Apply<Pod>("", "Pod", $$"""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: {{name}}-{{pod}}, namespace: default, labels: {app: "{{name}}", version: v1} }
                    spec: {nodeName: node-1}
                    status: {podIP: "{{Address(service, pod)}}" }
                    """);
            }

            ApplySlice(service, replacement: false);
        }
    }

    /// <summary>A route to one service changes: all proxies have it.</summary>
    public void ChangeRoute(int round) => Apply<VirtualService>("networking.istio.io", "VirtualService", $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: changing, namespace: default}
        spec:
          hosts: [{{Name(0)}}]
          http:
          - timeout: {{1 + (round % 50)}}s
            route:
            - destination: {host: "{{Name(0)}}" }
        """);

    /// <summary>One endpoint of one service moves to another address.</summary>
    public void ChangeEndpoint(int round)
    {
        _replaced = !_replaced;
        ApplySlice(size.Services / 2, _replaced);
    }

    private void ApplySlice(int service, bool replacement)
    {
        IEnumerable<string> endpoints = Enumerable.Range(0, size.EndpointsPerService).Select(pod =>
            $$"""- {addresses: [{{Address(service, replacement && pod == 0 ? 255 : pod)}}], targetRef: {kind: Pod, name: {{Name(service)}}-{{pod}}, namespace: default} }""");
        Apply<EndpointSlice>("discovery.k8s.io", "EndpointSlice", $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: {{Name(service)}}-1, namespace: default, labels: {kubernetes.io/service-name: "{{Name(service)}}"} }
            addressType: IPv4
            ports:
            - {name: http, port: 8080, protocol: TCP}
            endpoints:
            {{string.Join('\n', endpoints)}}
            """);
    }

    private static string Name(int service) => "service-" + service.ToString("D4", CultureInfo.InvariantCulture);

    private static int Port(int service) => 8000 + (service % MeshSize.Ports);

    private static string Address(int service, int pod) => $"10.{10 + (service / 256)}.{service % 256}.{pod}";

    private void Apply<T>(string group, string kind, string yaml)
        where T : class
    {
        ReadResult read = StrictYaml.Read(yaml);
        JsonNode root = read.Documents.FirstOrDefault()?.Root ?? throw new InvalidOperationException(string.Join('\n', read.Findings));
        string name = root["metadata"]?["name"]?.ToString() ?? "";
        store.Apply(new ResourceKey(group, kind, "default", name), ResourceJson.Read<T>(root));
    }
}
