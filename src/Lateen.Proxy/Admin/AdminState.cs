namespace Lateen.Proxy.Admin;

using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;

/// <summary>What the admin interface shows and may do; plain functions, so that it can be tested without a running proxy.</summary>
public sealed record AdminState
{
    public required ProxySetup Setup { get; init; }

    public required ResourceStore Store { get; init; }

    public required StatsStore Stats { get; init; }

    public required ProxyLog Log { get; init; }

    public required Func<IEnumerable<Cluster>> Clusters { get; init; }

    public required Func<ProxySnapshot> Snapshot { get; init; }

    public required Func<bool> IsReady { get; init; }

    public required Action DrainListeners { get; init; }

    /// <summary>Ends connections with their next response, and stops accepting when the drain time is over; true: inbound ones only.</summary>
    public Action<bool> DrainGracefully { get; init; } = static _ => { };

    public required Action Quit { get; init; }

    public int Concurrency { get; init; } = 1;

    public DateTimeOffset Started { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
