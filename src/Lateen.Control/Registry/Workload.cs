namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>A running instance: a pod with an address, or a WorkloadEntry.</summary>
public sealed record Workload
{
    /// <summary>Name of the pod, or of the WorkloadEntry.</summary>
    public required string Pod { get; init; }

    public required string Namespace { get; init; }

    public required string Address { get; init; }

    /// <summary>Name of the Deployment (or other controller) it belongs to, else its own.</summary>
    public required string Name { get; init; }

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>A pod's container ports by name; a WorkloadEntry's ports by name of the service's port.</summary>
    public ValueMap<string, int> Ports { get; init; } = ValueMap<string, int>.Empty;

    public string ServiceAccount { get; init; } = "";

    public string Node { get; init; } = "";

    /// <summary>Its own locality, which wins over its node's; none when it does not say.</summary>
    public Locality OwnLocality { get; init; } = Locality.None;

    public string Network { get; init; } = "";

    public int Weight { get; init; } = 1;

    public bool Ready { get; init; } = true;

    public bool IsPod { get; init; } = true;

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
