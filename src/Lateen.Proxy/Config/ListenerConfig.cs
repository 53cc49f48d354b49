namespace Lateen.Proxy.Config;

using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>One listener: where connections come from and which filter chain serves which of them.</summary>
public sealed record ListenerConfig
{
    public required string Name { get; init; }

    public required SocketAddress Address { get; init; }

    /// <summary>More addresses to listen on, served in the same way.</summary>
    public IReadOnlyList<SocketAddress> AdditionalAddresses { get; init; } = [];

    /// <summary>
    /// False for a listener that only receives connections handed over by one with <see cref="UseOriginalDst"/>.
    /// </summary>
    public bool BindToPort { get; init; } = true;

    /// <summary>Hand each connection to the listener of its original destination.</summary>
    public bool UseOriginalDst { get; init; }

    /// <summary>Listener filter original_dst: restore the destination before iptables changed it.</summary>
    public bool RestoreOriginalDst { get; init; }

    /// <summary>Listener filter proxy_protocol; null when connections begin with the client's own bytes.</summary>
    public ProxyProtocolConfig? ProxyProtocol { get; init; }

    /// <summary>Not counted in, nor refused by, the process-wide limit of connections.</summary>
    public bool IgnoreGlobalLimit { get; init; }

    /// <summary>Served even when the overload manager sheds load.</summary>
    public bool BypassOverload { get; init; }

    public bool InspectTls { get; init; }

    public bool InspectHttp { get; init; }

    /// <summary>Destination ports on which http_inspector is off (their protocol was declared).</summary>
    public IReadOnlyList<PortRange> InspectHttpDisabledPorts { get; init; } = [];

    public IReadOnlyList<PortRange> InspectTlsDisabledPorts { get; init; } = [];

    /// <summary>How long detection may wait for the client's first bytes; zero means without limit.</summary>
    public TimeSpan DetectionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After the timeout go on with what is known, instead of closing.</summary>
    public bool ContinueOnDetectionTimeout { get; init; }

    public IReadOnlyList<FilterChainConfig> FilterChains { get; init; } = [];

    public FilterChainConfig? DefaultFilterChain { get; init; }

    /// <summary>Written for connections that no filter chain took.</summary>
    public IReadOnlyList<AccessLogger> AccessLoggers { get; init; } = [];

    public TrafficDirection Direction { get; init; }

    /// <summary>Open connections over all workers; 0 means no limit.</summary>
    public int MaxConnections { get; init; }

    public bool Transparent { get; init; }

    public int BacklogSize { get; init; }

    public int BufferLimitBytes { get; init; } = 1024 * 1024;

    /// <summary>The prefix of listener.* stats; the address with ':' kept, for example 0.0.0.0_15001, when empty.</summary>
    public string StatPrefix { get; init; } = "";

    internal IEnumerable<SocketAddress> AllAddresses => AdditionalAddresses.Prepend(Address);

    internal bool ListensOn(SocketAddress address) => Address == address || AdditionalAddresses.Contains(address);
}
