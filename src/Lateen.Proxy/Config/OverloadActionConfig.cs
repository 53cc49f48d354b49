namespace Lateen.Proxy.Config;

/// <summary>One way of shedding load and when it is taken; the strongest trigger counts.</summary>
public sealed record OverloadActionConfig(OverloadAction Action, IReadOnlyList<OverloadTrigger> Triggers)
{
    /// <summary>Of <see cref="OverloadAction.ReduceTimeouts"/>: what is left of an idle timeout at full strength.</summary>
    public double MinConnectionIdleScale { get; init; } = 1;

    public double MinStreamIdleScale { get; init; } = 1;

    /// <summary>The same as a time; the scale counts when this is zero.</summary>
    public TimeSpan MinConnectionIdle { get; init; }

    public TimeSpan MinStreamIdle { get; init; }

    /// <summary>Envoy's name.</summary>
    public string Name => "envoy.overload_actions." + Action switch
    {
        OverloadAction.StopAcceptingConnections => "stop_accepting_connections",
        OverloadAction.RejectIncomingConnections => "reject_incoming_connections",
        OverloadAction.StopAcceptingRequests => "stop_accepting_requests",
        OverloadAction.DisableHttpKeepalive => "disable_http_keepalive",
        OverloadAction.ReduceTimeouts => "reduce_timeouts",
        _ => "shrink_heap",
    };
}
