namespace Lateen.Control.Registry;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>What a ServiceEntry holds beside its spec: addresses it was given before, and whether it wants any.</summary>
internal sealed record ServiceEntryRecord(bool AutoAllocate, TrafficDistribution Distribution, ValueList<AllocatedAddress> Addresses)
{
    private const string AllocateLabel = "networking.istio.io/enable-autoallocate-ip";
    private const string DistributionAnnotation = "networking.istio.io/traffic-distribution";

    public static ServiceEntryRecord Of(ServiceEntry entry) => new(
        entry.Metadata.Labels.GetValueOrDefault(AllocateLabel, "true") != "false",
        Enum.TryParse(entry.Metadata.Annotations.GetValueOrDefault(DistributionAnnotation, ""), out TrafficDistribution known)
            ? known
            : TrafficDistribution.Any,
        entry.Status?.Addresses ?? []);
}
