namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>A running instance: a pod with an address.</summary>
public sealed record Workload
{
    public required string Pod { get; init; }

    public required string Namespace { get; init; }

    public required string Address { get; init; }

    /// <summary>Name of the Deployment (or other controller) it belongs to, else the pod's own.</summary>
    public required string Name { get; init; }

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    public ValueMap<string, int> Ports { get; init; } = ValueMap<string, int>.Empty;

    public string ServiceAccount { get; init; } = "";

    public string Node { get; init; } = "";

    /// <summary>The value of endpoint metadata istio.workload.</summary>
    public string ToMetadata(string cluster)
    {
        string service = Label("service.istio.io/canonical-name") ?? Label("app.kubernetes.io/name") ?? Label("app") ?? Name;
        string revision = Label("service.istio.io/canonical-revision") ?? Label("app.kubernetes.io/version")
            ?? Label("version") ?? "latest";
        return $"{Name};{Namespace};{service};{revision};{cluster}";
    }

    private string? Label(string key) => Labels.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;
}
