namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;
using Lateen.Proxy.Config;

/// <summary>The DNS clusters of the process. Its members are called by the configuration thread.</summary>
internal sealed class DnsClusters(EventLoop home, NameResolver resolver, Action<string> onResolved)
{
    private readonly Dictionary<string, DnsWatch> _watches = new(StringComparer.Ordinal);

    public EventLoop Home { get; } = home;

    public NameResolver Resolver { get; } = resolver;

    public void OnResolved(string cluster) => onResolved(cluster);

    public void Watch(ClusterConfig config, ClusterStats stats)
    {
        _watches.TryGetValue(config.Name, out DnsWatch? watch);
        if (watch is null || !ReferenceEquals(watch.Config, config))
        {
            watch?.Stop();
            _watches[config.Name] = new DnsWatch(this, config, stats, watch);
        }
    }

    public void Forget(string name)
    {
        if (_watches.Remove(name, out DnsWatch? watch))
        {
            watch.Stop();
        }
    }

    /// <summary>The addresses known now; literal addresses are known at once.</summary>
    public EndpointsConfig? Current(string name) => _watches.TryGetValue(name, out DnsWatch? watch) ? watch.Current : null;
}
