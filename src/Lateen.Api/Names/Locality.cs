namespace Lateen.Api.Names;

/// <summary>Where a workload runs: region, zone and sub-zone, each empty when unknown.</summary>
public readonly record struct Locality(string Region, string Zone, string SubZone)
{
    public const string RegionLabel = "topology.kubernetes.io/region";
    public const string ZoneLabel = "topology.kubernetes.io/zone";
    public const string SubZoneLabel = "topology.istio.io/subzone";

    /// <summary>A pod's label that overrides its node's locality; <c>.</c> stands for <c>/</c>, which a label cannot hold.</summary>
    public const string PodLabel = "istio-locality";

    public static Locality None { get; } = new("", "", "");

    public bool IsEmpty => string.IsNullOrEmpty(Region);

    public static Locality Parse(string text)
    {
        string[] parts = text.Split('/', 3);
        return new Locality(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    /// <summary>The locality of a node, from its well-known labels.</summary>
    public static Locality FromNodeLabels(IReadOnlyDictionary<string, string> labels) => new(
        labels.GetValueOrDefault(RegionLabel, ""),
        labels.GetValueOrDefault(ZoneLabel, ""),
        labels.GetValueOrDefault(SubZoneLabel, ""));

    public override string ToString()
    {
        if (IsEmpty)
        {
            return "";
        }

        string zone = string.IsNullOrEmpty(Zone) ? "" : "/" + Zone;
        return string.IsNullOrEmpty(zone) || string.IsNullOrEmpty(SubZone) ? Region + zone : Region + zone + "/" + SubZone;
    }
}
