namespace Lateen.Proxy.Bootstrap;

using Envoy.Config.Overload.V3;
using Envoy.Extensions.ResourceMonitors.CgroupMemory.V3;
using Envoy.Extensions.ResourceMonitors.DownstreamConnections.V3;
using Envoy.Extensions.ResourceMonitors.FixedHeap.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;
using Action = Lateen.Proxy.Config.OverloadAction;
using ActionMessage = Envoy.Config.Overload.V3.OverloadAction;
using Bootstrap = Envoy.Config.Bootstrap.V3.Bootstrap;
using TimerType = Envoy.Config.Overload.V3.ScaleTimersOverloadActionConfig.Types.TimerType;

/// <summary>Reads overload_manager; the guard of the descriptors stays on whatever is configured.</summary>
internal static class OverloadReader
{
    private static readonly Dictionary<string, Action> Actions =
        Enum.GetValues<Action>().ToDictionary(static action => new OverloadActionConfig(action, []).Name, StringComparer.Ordinal);

    public static OverloadConfig Read(Bootstrap bootstrap, ReadContext context)
    {
        long connections = RuntimeReader.ReadGlobalConnections(bootstrap.LayeredRuntime, "layered_runtime", context) ?? 0;
        if (bootstrap.OverloadManager is not { } message)
        {
            return OverloadConfig.Default with { MaxDownstreamConnections = connections };
        }

        const string path = "overload_manager";
        if (message.LoadshedPoints.Count > 0)
        {
            context.Error($"{path}.loadshed_points", "are not supported; use actions");
        }

        context.NoEffect(message.BufferFactoryConfig is not null, $"{path}.buffer_factory_config");
        var monitors = new List<OverloadMonitorConfig>();
        for (int i = 0; i < message.ResourceMonitors.Count; i++)
        {
            OverloadMonitorConfig? monitor = ReadMonitor(message.ResourceMonitors[i], $"{path}.resource_monitors[{i}]", context);
            if (monitor is not null && monitors.Exists(each => each.Name == monitor.Name))
            {
                context.Error($"{path}.resource_monitors[{i}]", $"{monitor.Name} stands twice");
            }
            else if (monitor is not null)
            {
                monitors.Add(monitor);
            }
        }

        long limit = monitors.Find(static m => m.Resource is OverloadResource.DownstreamConnections)?.Limit ?? connections;
        return WithDescriptors(new OverloadConfig
        {
            RefreshInterval = context.Duration(
                message.RefreshInterval, OverloadConfig.Default.RefreshInterval, $"{path}.refresh_interval"),
            Monitors = monitors,
            Actions = ReadActions(message, monitors, path, context),
            MaxDownstreamConnections = limit,
        });
    }

    private static OverloadConfig WithDescriptors(OverloadConfig config)
    {
        if (config.Monitors.Any(static m => m.Resource is OverloadResource.FileDescriptors))
        {
            return config;
        }

        OverloadMonitorConfig guard = OverloadConfig.Default.Monitors.First(static m => m.Resource is OverloadResource.FileDescriptors);
        var actions = new List<OverloadActionConfig>(config.Actions);
        foreach (OverloadActionConfig each in OverloadConfig.Default.Actions)
        {
            OverloadTrigger[] triggers = [.. each.Triggers.Where(t => t.Monitor == guard.Name)];
            int index = actions.FindIndex(action => action.Action == each.Action);
            if (index >= 0)
            {
                actions[index] = actions[index] with { Triggers = [.. actions[index].Triggers, .. triggers] };
            }
            else if (triggers.Length > 0)
            {
                actions.Add(each with { Triggers = triggers });
            }
        }

        return config with { Monitors = [.. config.Monitors, guard], Actions = actions };
    }

    private static OverloadMonitorConfig? ReadMonitor(ResourceMonitor message, string path, ReadContext context)
    {
        string type = ReadContext.TypeName(message.TypedConfig?.TypeUrl ?? "");
        switch (type)
        {
            case "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig":
                return context.TryUnpack(message.TypedConfig, path, FixedHeapConfig.Parser, out FixedHeapConfig heap)
                    ? Limited(message.Name, OverloadResource.Heap, (long)heap.MaxHeapSizeBytes, $"{path}.max_heap_size_bytes", context)
                    : null;
            case "envoy.extensions.resource_monitors.cgroup_memory.v3.CgroupMemoryConfig":
                return context.TryUnpack(message.TypedConfig, path, CgroupMemoryConfig.Parser, out CgroupMemoryConfig memory)
                    ? new OverloadMonitorConfig(message.Name, OverloadResource.CgroupMemory, (long)memory.MaxMemoryBytes)
                    : null;
            case "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig":
                return context.TryUnpack(
                        message.TypedConfig, path, DownstreamConnectionsConfig.Parser, out DownstreamConnectionsConfig connections)
                    ? Limited(
                        message.Name, OverloadResource.DownstreamConnections, connections.MaxActiveDownstreamConnections,
                        $"{path}.max_active_downstream_connections", context)
                    : null;
            default:
                context.Error(
                    path, $"unknown resource monitor {message.TypedConfig?.TypeUrl} ({message.Name}); "
                    + "use fixed_heap, cgroup_memory or downstream_connections");
                return null;
        }
    }

    private static OverloadMonitorConfig Limited(string name, OverloadResource resource, long limit, string path, ReadContext context)
    {
        if (limit <= 0)
        {
            context.Error(path, "must be above 0");
        }

        return new OverloadMonitorConfig(name, resource, limit);
    }

    private static List<OverloadActionConfig> ReadActions(
        OverloadManager message, List<OverloadMonitorConfig> monitors, string path, ReadContext context)
    {
        var actions = new List<OverloadActionConfig>();
        for (int i = 0; i < message.Actions.Count; i++)
        {
            ActionMessage each = message.Actions[i];
            string actionPath = $"{path}.actions[{i}]({each.Name})";
            if (!Actions.TryGetValue(each.Name, out Action action))
            {
                context.Error(actionPath, $"is not supported; use one of {string.Join(", ", Actions.Keys)}");
                continue;
            }

            if (actions.Exists(before => before.Action == action))
            {
                context.Error(actionPath, "stands twice");
                continue;
            }

            var config = new OverloadActionConfig(action, ReadTriggers(each, monitors, actionPath, context));
            actions.Add(action is Action.ReduceTimeouts ? ReadTimers(each, config, actionPath, context) : config);
        }

        return actions;
    }

    private static List<OverloadTrigger> ReadTriggers(
        ActionMessage message, List<OverloadMonitorConfig> monitors, string path, ReadContext context)
    {
        var triggers = new List<OverloadTrigger>();
        for (int i = 0; i < message.Triggers.Count; i++)
        {
            Trigger trigger = message.Triggers[i];
            string triggerPath = $"{path}.triggers[{i}]";
            double from = trigger.Scaled?.ScalingThreshold ?? trigger.Threshold?.Value ?? -1;
            double full = trigger.Scaled?.SaturationThreshold ?? from;
            if (!monitors.Exists(monitor => monitor.Name == trigger.Name))
            {
                context.Error($"{triggerPath}.name", $"no resource monitor '{trigger.Name}'");
            }
            else if (from is < 0 or > 1 || full > 1 || (trigger.Scaled is not null && full <= from))
            {
                context.Error(triggerPath, "thresholds must be from 0 to 1, and saturation above scaling");
            }
            else
            {
                triggers.Add(new OverloadTrigger(trigger.Name, from, full));
            }
        }

        if (message.Triggers.Count == 0)
        {
            context.Error($"{path}.triggers", "at least one is required");
        }

        return triggers;
    }

    private static OverloadActionConfig ReadTimers(ActionMessage message, OverloadActionConfig config, string path, ReadContext context)
    {
        string timersPath = $"{path}.typed_config";
        if (!context.TryUnpack(
            message.TypedConfig, timersPath, ScaleTimersOverloadActionConfig.Parser, out ScaleTimersOverloadActionConfig timers))
        {
            return config;
        }

        for (int i = 0; i < timers.TimerScaleFactors.Count; i++)
        {
            ScaleTimersOverloadActionConfig.Types.ScaleTimer timer = timers.TimerScaleFactors[i];
            string timerPath = $"{timersPath}.timer_scale_factors[{i}]";
            TimeSpan least = context.Duration(timer.MinTimeout, TimeSpan.Zero, $"{timerPath}.min_timeout");
            double scale = timer.MinScale is null ? 1 : Math.Clamp(timer.MinScale.Value / 100, 0, 1);
            switch (timer.Timer)
            {
                case TimerType.HttpDownstreamConnectionIdle:
                    config = config with { MinConnectionIdle = least, MinConnectionIdleScale = scale };
                    break;
                case TimerType.HttpDownstreamStreamIdle:
                    config = config with { MinStreamIdle = least, MinStreamIdleScale = scale };
                    break;
                default:
                    context.Error(
                        $"{timerPath}.timer",
                        $"{timer.Timer} is not supported; use HTTP_DOWNSTREAM_CONNECTION_IDLE or HTTP_DOWNSTREAM_STREAM_IDLE");
                    break;
            }
        }

        return config;
    }
}
