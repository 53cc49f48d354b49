namespace Lateen.Proxy.Http;

using System.Runtime.CompilerServices;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;
using Lateen.Proxy.Stats;

/// <summary>One request and its response, as filters and access loggers see it. Belongs to one worker and is re-used.</summary>
public abstract class HttpStream
{
    public abstract EventLoop Loop { get; }

    public LoopRandom Random => Loop.Random;

    /// <summary>The worker's copy of the statistics.</summary>
    public abstract StatStripe Stripe { get; }

    public abstract HeaderMap Request { get; }

    /// <summary>The response head; empty until there is one.</summary>
    public abstract HeaderMap Response { get; }

    public abstract StreamInfo Info { get; }

    /// <summary>The route, chosen before the first filter runs; null when none matched.</summary>
    public abstract Route? Route { get; }

    /// <summary>The target chosen among the route's weighted clusters; null without a forwarding route.</summary>
    public abstract WeightedCluster? Target { get; }

    /// <summary>The target's cluster; null when the route does not forward or the cluster is unknown.</summary>
    public abstract Cluster? Cluster { get; }

    /// <summary>The host of the current or last attempt.</summary>
    public abstract Host? UpstreamHost { get; }

    public abstract TrafficDirection Direction { get; }

    /// <summary>True once a response head was sent downstream.</summary>
    public abstract bool ResponseStarted { get; }

    /// <summary>
    /// The filter's own object on this stream. It is re-used for later requests, so a filter resets it in OnRequestHeaders.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T State<T>(HttpFilter filter)
        where T : class, new()
    {
        // Not virtual itself: looking up a generic virtual method costs more than everything it does.
        ref object? slot = ref StateSlot(filter);
        return slot as T ?? NewState<T>(ref slot);
    }

    /// <summary>
    /// The most specific per-route configuration of this type (target, route, virtual host, table); null when there is none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? FilterConfig<T>()
        where T : class
    {
        // As with State, a generic virtual method would cost more than it does.
        foreach (object config in TargetConfigs)
        {
            if (config is T found)
            {
                return found;
            }
        }

        return Route?.FilterConfig<T>();
    }

    /// <summary>Pauses the request; it is resumed after the delay. Return its result.</summary>
    public abstract FilterStatus PauseFor(TimeSpan delay);

    /// <summary>Pauses the request until <see cref="Resume"/>. Return its result.</summary>
    public abstract FilterStatus Pause();

    /// <summary>
    /// In a filter's OnRequestData or OnResponseData: these bytes go on in place of the given ones. In OnResponseTrailers: they end the
    /// body, and there are no trailers. The bytes are copied.
    /// </summary>
    public abstract void ReplaceBody(ReadOnlySpan<byte> bytes);

    /// <summary>Ends a pause; must be called on the stream's loop, and only while it is paused.</summary>
    public abstract void Resume();

    /// <summary>
    /// Answers by ourselves. <paramref name="details"/> becomes %RESPONSE_CODE_DETAILS% and must be a constant. Return its
    /// result.
    /// </summary>
    public abstract FilterStatus Respond(int status, ResponseFlags flags, string details, ReadOnlySpan<byte> body);

    /// <summary>The filters' configurations of the chosen target, which come before the route's.</summary>
    private protected abstract ReadOnlySpan<object> TargetConfigs { get; }

    /// <summary>Where the filter's object is kept.</summary>
    private protected abstract ref object? StateSlot(HttpFilter filter);

    private static T NewState<T>(ref object? slot)
        where T : class, new()
    {
        var fresh = new T();
        slot = fresh;
        return fresh;
    }
}
