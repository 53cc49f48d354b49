namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>How a workload is chosen for each call.</summary>
[AtMostOne("simple", "consistentHash")]
[AtMostOne("warmup", "warmupDurationSecs")]
public sealed record LoadBalancerSettings
{
    [Description("A policy without parameters; LEAST_REQUEST by default.")]
    public SimpleLoadBalancer? Simple { get; init; }

    [Description("Calls with the same key go to the same workload.")]
    public ConsistentHash? ConsistentHash { get; init; }

    [Description("Preference by locality; failover needs outlierDetection.")]
    public LocalityLbSetting? LocalityLbSetting { get; init; }

    [Description("Preference by zone. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ZoneAwareLbSetting { get; init; }

    [Description("Slow start of new workloads.")]
    public WarmupConfiguration? Warmup { get; init; }

    [Description("Slow start of new workloads (old form).")]
    public TimeSpan? WarmupDurationSecs { get; init; }
}
