namespace Lateen.Simulation.Tests.Harness;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Ingresses;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Validation;

/// <summary>Reads resources as a user writes them.</summary>
internal static class Yaml
{
    private const string Created = "2026-01-01T00:00:00Z";

    public static string Root { get; } = FindRoot();

    /// <summary>A file of the repository.</summary>
    public static string File(string path) => System.IO.File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<JsonObject> Documents(string text)
    {
        ReadResult read = StrictYaml.Read(text);
        Assert.Empty(read.Findings);
        foreach (JsonNode root in read.Documents.Select(each => each.Root).OfType<JsonObject>())
        {
            // Read again, so that numbers may be taken as any type that holds them.
            JsonObject document = JsonNode.Parse(root.ToJsonString())!.AsObject();
            JsonObject metadata = document["metadata"]!.AsObject();
            metadata["namespace"] ??= "default";
            metadata["creationTimestamp"] ??= Created;
            yield return document;
        }
    }

    public static ResourceKey Key(JsonObject resource)
    {
        string version = resource["apiVersion"]!.GetValue<string>();
        int slash = version.IndexOf('/', StringComparison.Ordinal);
        string group = slash < 0 ? "" : version[..slash];
        return new ResourceKey(group, resource["kind"]!.GetValue<string>(), Workloads.Namespace(resource), Workloads.Name(resource));
    }

    /// <summary>The typed resource; null for kinds that the control plane does not watch.</summary>
    public static object? Resource(JsonObject document) => document["kind"]!.GetValue<string>() switch
    {
        "Service" => ResourceJson.Read<Service>(document),
        "EndpointSlice" => ResourceJson.Read<EndpointSlice>(document),
        "Pod" => ResourceJson.Read<Pod>(document),
        "ConfigMap" => ResourceJson.Read<ConfigMap>(document),
        "VirtualService" => ResourceJson.Read<VirtualService>(document),
        "DestinationRule" => ResourceJson.Read<DestinationRule>(document),
        "Gateway" when document["apiVersion"]!.GetValue<string>().StartsWith(GatewayApiGroup.Name, StringComparison.Ordinal) =>
            ResourceJson.Read<KubeGateway>(document),
        "GatewayClass" => ResourceJson.Read<GatewayClass>(document),
        "HTTPRoute" => ResourceJson.Read<KubeHttpRoute>(document),
        "GRPCRoute" => ResourceJson.Read<KubeGrpcRoute>(document),
        "TCPRoute" => ResourceJson.Read<KubeTcpRoute>(document),
        "TLSRoute" => ResourceJson.Read<KubeTlsRoute>(document),
        "ReferenceGrant" => ResourceJson.Read<ReferenceGrant>(document),
        "Namespace" => ResourceJson.Read<Namespace>(document),
        "Ingress" => ResourceJson.Read<Ingress>(document),
        "IngressClass" => ResourceJson.Read<IngressClass>(document),
        "Gateway" => ResourceJson.Read<Gateway>(document),
        "ServiceEntry" => ResourceJson.Read<ServiceEntry>(document),
        "WorkloadEntry" => ResourceJson.Read<WorkloadEntry>(document),
        "Node" => ResourceJson.Read<Node>(document),
        "Sidecar" => ResourceJson.Read<Sidecar>(document),
        _ => null,
    };

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Lateen.slnx");
        }

        return folder;
    }
}
