namespace Lateen.Testing;

using System.Collections.Frozen;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>What a <see cref="TestProxy"/> serves; every part may be replaced.</summary>
public sealed class TestProxySetup
{
    public ulong Seed { get; set; } = 1;

    /// <summary>Event loops of the proxy; a connection lands on any of them.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>Replaces everything below.</summary>
    public ProxySnapshot? Snapshot { get; set; }

    public IReadOnlyList<HttpFilterFactory> Filters { get; set; } = [];

    /// <summary>The routes of virtual host "*"; the default sends everything to the upstream.</summary>
    public IReadOnlyList<RouteEntry> Routes { get; set; } = [ToUpstream()];

    /// <summary>Replaces <see cref="Routes"/>.</summary>
    public RouteTable? RouteTable { get; set; }

    public Func<VirtualHost, VirtualHost> VirtualHost { get; set; } = static v => v;

    public Func<HttpConnectionManagerConfig, HttpConnectionManagerConfig> Manager { get; set; } = static m => m;

    public Func<ListenerConfig, ListenerConfig> Listener { get; set; } = static l => l;

    public Func<ClusterConfig, ClusterConfig> Cluster { get; set; } = static c => c;

    /// <summary>Hosts of the cluster; the default is the first upstream alone.</summary>
    public IReadOnlyList<HostConfig>? Hosts { get; set; }

    /// <summary>Clusters beside "upstream".</summary>
    public IReadOnlyList<ClusterConfig> MoreClusters { get; set; } = [];

    /// <summary>Where the proxy runs, and the cluster of its like.</summary>
    public HostLocality Locality { get; set; } = HostLocality.None;

    public string LocalClusterName { get; set; } = "";

    /// <summary>What an overload manager may shed.</summary>
    public OverloadConfig Overload { get; set; } = new();

    /// <summary>Names for DNS clusters.</summary>
    public TestNames Resolver { get; } = new();

    /// <summary>Sockets opened by somebody else, by port.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>> ListenDescriptors { get; set; } = new Dictionary<int, IReadOnlyList<int>>();

    public RecordingAccessLogger AccessLog { get; } = new();

    /// <summary>A route to the cluster "upstream" for everything.</summary>
    public static RouteEntry ToUpstream(Func<ForwardAction, ForwardAction>? change = null)
    {
        var action = new ForwardAction { Clusters = [new WeightedCluster(TestProxy.ClusterName)], Timeout = TimeSpan.Zero };
        return new RouteEntry { Name = "default", Action = change is null ? action : change(action) };
    }

    public HttpConnectionManagerConfig BuildManager()
    {
        var host = new VirtualHost { Name = "all", Domains = ["*"], Routes = Routes };
        return Manager(new HttpConnectionManagerConfig
        {
            StatPrefix = "test",
            InlineRoutes = RouteTable ?? new RouteTable { Name = "test", VirtualHosts = [VirtualHost(host)] },
            Filters = Filters,
            AccessLoggers = [AccessLog],
            StreamIdleTimeout = TimeSpan.Zero,
            Direction = TrafficDirection.Outbound,
            ServerName = "istio-envoy",
        });
    }

    public ListenerConfig BuildListener() => Listener(new ListenerConfig
    {
        Name = "test",
        Address = TestProxy.Ip("10.0.0.1", 80),
        FilterChains = [new FilterChainConfig { Name = "http", Terminal = BuildManager() }],
    });

    public ClusterConfig BuildCluster(SocketAddress upstream) => Cluster(new ClusterConfig
    {
        Name = TestProxy.ClusterName,
        Type = ClusterType.Static,
        InlineEndpoints = new EndpointsConfig
        {
            Name = TestProxy.ClusterName,
            Hosts = Hosts ?? [new HostConfig { Address = upstream }],
        },
    });

    public ProxySnapshot Build(SocketAddress upstream) => new()
    {
        Listeners = [BuildListener()],
        Clusters = MoreClusters.Append(BuildCluster(upstream)).ToFrozenDictionary(static c => c.Name),
    };
}
