namespace Lateen.Proxy.Config;

using Lateen.Engine.Http2;
using Lateen.Engine.Transport;
using Lateen.Proxy.Tls;

/// <summary>A group of hosts and how they are talked to. Defaults are Envoy's.</summary>
public sealed record ClusterConfig
{
    public required string Name { get; init; }

    /// <summary>The name in stats when it differs.</summary>
    public string AltStatName { get; init; } = "";

    public ClusterType Type { get; init; } = ClusterType.Eds;

    public LbPolicy LbPolicy { get; init; } = LbPolicy.RoundRobin;

    /// <summary>Key in the snapshot's endpoints; the cluster's name when empty.</summary>
    public string EdsServiceName { get; init; } = "";

    /// <summary>How long the cluster waits for its endpoints before it serves without any; zero means without limit.</summary>
    public TimeSpan EndpointsFetchTimeout { get; init; }

    /// <summary>Hosts of a static or DNS cluster (load_assignment).</summary>
    public EndpointsConfig? InlineEndpoints { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public CircuitBreakerThresholds Breakers { get; init; } = CircuitBreakerThresholds.Default;

    public CircuitBreakerThresholds HighPriorityBreakers { get; init; } = CircuitBreakerThresholds.Default;

    /// <summary>0 means no limit.</summary>
    public int MaxRequestsPerConnection { get; init; }

    /// <summary>Of a pooled connection without a request; zero means never. Envoy's default is one hour.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Source address of upstream connections, for example 127.0.0.6; "none" leaves it to the kernel.</summary>
    public SocketAddress BindAddressV4 { get; init; }

    public SocketAddress BindAddressV6 { get; init; }

    /// <summary>Below this share of healthy hosts all are used; 0 switches panic off. Envoy's default is 50.</summary>
    public double PanicThresholdPercent { get; init; } = 50;

    public UpstreamProtocol Protocol { get; init; }

    /// <summary>Trailers of HTTP/1.1 responses go on; otherwise they are dropped (http_protocol_options.enable_trailers).</summary>
    public bool Http1Trailers { get; init; }

    public Http2Options Http2 { get; init; } = Http2Options.Default;

    public TransportSocketFactory TransportSocket { get; init; } = RawBufferTransportSocketFactory.Instance;

    /// <summary>The first that matches a host's metadata takes the place of <see cref="TransportSocket"/>.</summary>
    public IReadOnlyList<TransportSocketMatch> TransportSocketMatches { get; init; } = [];

    /// <summary>SNI is the request's :authority (auto_sni).</summary>
    public bool AutoServerName { get; init; }

    /// <summary>The certificate must be for the SNI (auto_san_validation).</summary>
    public bool AutoSanValidation { get; init; }

    public TimeSpan DnsRefreshRate { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The next resolution follows the records' time to live instead of the rate.</summary>
    public bool RespectDnsTtl { get; init; }

    /// <summary>After a failed resolution; zero means the refresh rate. It doubles up to the maximum with every further failure.</summary>
    public TimeSpan DnsFailureBaseInterval { get; init; }

    public TimeSpan DnsFailureMaxInterval { get; init; }

    public DnsLookupFamily DnsLookupFamily { get; init; }

    /// <summary>Set exactly for <see cref="ClusterType.DynamicForward"/>.</summary>
    public DynamicForwardConfig? DynamicForward { get; init; }

    public int LeastRequestChoices { get; init; } = 2;

    /// <summary>How much activity counts against a weight: weight / (active + 1) ^ bias.</summary>
    public double ActiveRequestBias { get; init; } = 1;

    public SlowStartConfig? SlowStart { get; init; }

    /// <summary>Localities share a priority's load by their weights.</summary>
    public bool LocalityWeighted { get; init; }

    /// <summary>Null when localities do not matter, or matter by weight.</summary>
    public ZoneAwareConfig? ZoneAware { get; init; }

    public long MinRingSize { get; init; } = 1024;

    public long MaxRingSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>A prime.</summary>
    public int MaglevTableSize { get; init; } = 65_537;

    /// <summary>Hosts keep their place on the ring when their addresses change but their names do not.</summary>
    public bool HashByHostname { get; init; }

    /// <summary>In percent of its fair share, what a host may carry before a hash goes elsewhere; 0 sets no bound.</summary>
    public uint HashBalanceFactor { get; init; }

    /// <summary>Null makes no subsets.</summary>
    public SubsetConfig? Subsets { get; init; }

    /// <summary>What counts as an error for outlier detection instead of 5xx; null leaves it at that.</summary>
    public ResponseMatcher? OutlierErrors { get; init; }

    /// <summary>Null detects nothing.</summary>
    public OutlierDetectionConfig? OutlierDetection { get; init; }

    /// <summary>Null asks no host how it is.</summary>
    public HealthCheckConfig? HealthCheck { get; init; }

    /// <summary>Hosts that were never checked do not count as missing when panic is decided.</summary>
    public bool IgnoresNewHosts { get; init; }

    /// <summary>A host that left discovery goes at once, even while its health checks still pass.</summary>
    public bool IgnoreHealthOnHostRemoval { get; init; }

    /// <summary>When hosts come or go, connections to the others drain too, so that load is shared anew.</summary>
    public bool DrainsOnHostSetChange { get; init; }

    /// <summary>Null leaves keep-alive off.</summary>
    public KeepAliveConfig? KeepAlive { get; init; }

    /// <summary>Zero means no limit.</summary>
    public TimeSpan MaxConnectionDuration { get; init; }

    public uint MaxConnectionsPerHost { get; init; } = uint.MaxValue;

    public int BufferLimitBytes { get; init; } = 1024 * 1024;

    /// <summary>ORIGINAL_DST: replaces the port of the destination; 0 keeps it.</summary>
    public int OriginalDstPort { get; init; }

    /// <summary>ORIGINAL_DST: a request header that names the destination, lower case; null trusts none.</summary>
    public byte[]? OriginalDstHeader { get; init; }

    /// <summary>The path of the object that shaped this cluster (filter_metadata.istio.config).</summary>
    public string ConfigPath { get; init; } = "";

    /// <summary>All its metadata, by filter, as JSON; null when there is none. For %CLUSTER_METADATA%.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>filter_metadata.istio.services.</summary>
    public IReadOnlyList<ClusterService> Services { get; init; } = [];

    /// <summary>Outside the mesh (filter_metadata.istio.external).</summary>
    public bool IsExternal { get; init; }

    /// <summary>Every transport socket that an endpoint of this cluster may get.</summary>
    internal IEnumerable<TransportSocketFactory> TransportSockets =>
        [TransportSocket, .. TransportSocketMatches.Select(static match => match.TransportSocket)];

    /// <summary>An endpoint may get a transport socket that names the client, so connections are not shared between clients.</summary>
    internal bool NamesClients
    {
        get
        {
            bool names = TransportSocket is ProxyProtocolSocketFactory;
            for (int i = 0; i < TransportSocketMatches.Count; i++)
            {
                names |= TransportSocketMatches[i].TransportSocket is ProxyProtocolSocketFactory;
            }

            return names;
        }
    }

    internal bool IsHashing => LbPolicy is LbPolicy.RingHash or LbPolicy.Maglev;
}
