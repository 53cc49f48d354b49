namespace Lateen.Proxy.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Config;

/// <summary>
/// Resolves the names of DNS clusters off the workers, again and again, and reports changes. The last answer stays in use while
/// a name cannot be resolved.
/// </summary>
internal sealed class DnsClusters(Action<string> onResolved)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WatchState> _watches = new(StringComparer.Ordinal);

    public void Watch(ClusterConfig config)
    {
        lock (_lock)
        {
            if (_watches.TryGetValue(config.Name, out WatchState? watch) && ReferenceEquals(watch.Config, config))
            {
                return;
            }

            watch?.Stop.Cancel();
            EndpointsConfig? last = watch?.Last;
            watch = new WatchState(config) { Last = last };
            _watches[config.Name] = watch;
            _ = ResolveForeverAsync(watch);
        }
    }

    public void Forget(string name)
    {
        lock (_lock)
        {
            if (_watches.Remove(name, out WatchState? watch))
            {
                watch.Stop.Cancel();
            }
        }
    }

    /// <summary>The addresses known now; literal addresses are known at once.</summary>
    public EndpointsConfig? Current(ClusterConfig config)
    {
        lock (_lock)
        {
            return _watches.TryGetValue(config.Name, out WatchState? watch)
                && watch.Last is not null ? watch.Last : Literals(config);
        }
    }

    private static EndpointsConfig? Literals(ClusterConfig config)
    {
        HostConfig[] hosts = [.. (config.InlineEndpoints?.Hosts ?? []).Where(static h => !h.Address.IsNone)];
        return config.InlineEndpoints is null ? null : config.InlineEndpoints with { Hosts = hosts };
    }

    private static async Task<EndpointsConfig?> ResolveAsync(ClusterConfig config, CancellationToken stop)
    {
        var hosts = new List<HostConfig>();
        foreach (HostConfig host in config.InlineEndpoints?.Hosts ?? [])
        {
            if (!host.Address.IsNone || host.DnsName.Length == 0)
            {
                hosts.Add(host);
                continue;
            }

            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.DnsName, stop).ConfigureAwait(false);
            int take = config.Type is ClusterType.LogicalDns ? Math.Min(1, addresses.Length) : addresses.Length;
            foreach (IPAddress address in addresses.OrderBy(static a => a.ToString(), StringComparer.Ordinal).Take(take))
            {
                string hostname = host.Hostname.Length > 0 ? host.Hostname : host.DnsName;
                var resolved = Engine.Transport.SocketAddress.From(address, host.DnsPort);
                hosts.Add(host with { Address = resolved, Hostname = hostname });
            }
        }

        return config.InlineEndpoints is null ? null : config.InlineEndpoints with { Hosts = hosts };
    }

    private async Task ResolveForeverAsync(WatchState watch)
    {
        CancellationToken stop = watch.Stop.Token;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await ResolveOnceAsync(watch, stop).ConfigureAwait(false);
                await Task.Delay(watch.Config.DnsRefreshRate, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster is gone or was configured anew.
        }
    }

    private async Task ResolveOnceAsync(WatchState watch, CancellationToken stop)
    {
        EndpointsConfig? resolved;
        try
        {
            resolved = await ResolveAsync(watch.Config, stop).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The name does not resolve now: the last answer stays, and the next round asks again.
            return;
        }

        bool changed;
        lock (_lock)
        {
            changed = !stop.IsCancellationRequested && !SameAddresses(watch.Last, resolved);
            watch.Last = changed ? resolved : watch.Last;
        }

        if (changed)
        {
            onResolved(watch.Config.Name);
        }
    }

    private static bool SameAddresses(EndpointsConfig? one, EndpointsConfig? other) =>
        one is not null && other is not null
        && one.Hosts.Select(static h => h.Address).SequenceEqual(other.Hosts.Select(static h => h.Address));

    private sealed class WatchState(ClusterConfig config)
    {
        public ClusterConfig Config { get; } = config;

        public CancellationTokenSource Stop { get; } = new();

        public EndpointsConfig? Last { get; set; }
    }
}
