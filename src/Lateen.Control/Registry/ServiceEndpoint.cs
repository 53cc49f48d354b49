namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>One address of a service port.</summary>
public sealed record ServiceEndpoint
{
    /// <summary>An IP address, or a name where the service is resolved by name.</summary>
    public required string Address { get; init; }

    public required int Port { get; init; }

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    public string Region { get; init; } = "";

    public string Zone { get; init; } = "";

    public string SubZone { get; init; } = "";

    public string Network { get; init; } = "";

    public string Node { get; init; } = "";

    /// <summary>Host name of a pod of a StatefulSet, which DNS knows under the headless service's name.</summary>
    public string PodHostname { get; init; } = "";

    /// <summary>Share of calls within the locality.</summary>
    public int Weight { get; init; } = 1;

    public bool Ready { get; init; } = true;

    /// <summary>
    /// "name;namespace;canonical-service;canonical-revision;cluster", from which the client's metrics are labelled.
    /// </summary>
    public string WorkloadMetadata { get; init; } = "";

    public Locality Locality => new(Region, Zone, SubZone);

    /// <summary>
    /// A label of its workload; the labels that Kubernetes knows of its place are there whether the workload has them or not.
    /// </summary>
    public string Label(string key) => key switch
    {
        Lateen.Api.Names.Locality.RegionLabel => Region,
        Lateen.Api.Names.Locality.ZoneLabel => Zone,
        Lateen.Api.Names.Locality.SubZoneLabel => SubZone,
        "topology.istio.io/network" => Network,
        "kubernetes.io/hostname" => Node,
        _ => Labels.GetValueOrDefault(key, ""),
    };

    /// <summary>Whether it has all labels of a subset.</summary>
    public bool Matches(ValueMap<string, string> selector)
    {
        foreach ((string key, string value) in selector)
        {
            bool same = value.Length == 0 ? Labels.TryGetValue(key, out string? own) && own.Length == 0 : Label(key) == value;
            if (!same)
            {
                return false;
            }
        }

        return true;
    }
}
