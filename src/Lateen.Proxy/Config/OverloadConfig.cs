namespace Lateen.Proxy.Config;

/// <summary>Which resources are watched, and what is done when they run short.</summary>
public sealed record OverloadConfig
{
    public const string DescriptorMonitor = "lateen.resource_monitors.file_descriptors";
    public const string CgroupMonitor = "envoy.resource_monitors.cgroup_memory";

    /// <summary>
    /// Without any configuration: the last twentieth of the descriptors is kept for upstream connections and the admin interface,
    /// and a container's memory limit is met by shedding, not by being killed (Envoy's edge profile: 95 and 98 %).
    /// </summary>
    public static OverloadConfig Default { get; } = new()
    {
        Monitors =
        [
            new OverloadMonitorConfig(DescriptorMonitor, OverloadResource.FileDescriptors, 0),
            new OverloadMonitorConfig(CgroupMonitor, OverloadResource.CgroupMemory, 0),
        ],
        Actions =
        [
            new OverloadActionConfig(OverloadAction.DisableHttpKeepalive, [new(DescriptorMonitor, 0.9, 0.9), new(CgroupMonitor, 0.95, 0.95)]),
            new OverloadActionConfig(OverloadAction.StopAcceptingConnections, [new(DescriptorMonitor, 0.95, 0.95)]),
            new OverloadActionConfig(OverloadAction.ShrinkHeap, [new(CgroupMonitor, 0.95, 0.95)]),
            new OverloadActionConfig(OverloadAction.StopAcceptingRequests, [new(CgroupMonitor, 0.98, 0.98)]),
            new OverloadActionConfig(OverloadAction.ReduceTimeouts, [new(DescriptorMonitor, 0.85, 0.95)])
            {
                MinConnectionIdleScale = 0.01,
            },
        ],
    };

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    public IReadOnlyList<OverloadMonitorConfig> Monitors { get; init; } = [];

    public IReadOnlyList<OverloadActionConfig> Actions { get; init; } = [];

    /// <summary>Open downstream connections of the process; 0 means no limit.</summary>
    public long MaxDownstreamConnections { get; init; }
}
