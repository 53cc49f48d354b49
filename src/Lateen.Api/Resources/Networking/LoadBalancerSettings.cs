namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>How a workload is chosen for each call.</summary>
public sealed record LoadBalancerSettings
{
    [Description("A policy without parameters; LEAST_REQUEST by default.")]
    public SimpleLoadBalancer? Simple { get; init; }

    [Description("Choice by hash of the request. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ConsistentHash { get; init; }

    [Description("Preference by locality. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? LocalityLbSetting { get; init; }

    [Description("Preference by zone. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ZoneAwareLbSetting { get; init; }

    [Description("Slow start of new workloads. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Warmup { get; init; }

    [Description("Slow start of new workloads (old form). Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? WarmupDurationSecs { get; init; }
}
