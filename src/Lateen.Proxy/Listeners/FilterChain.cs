namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Network;
using Lateen.Proxy.Stats;

/// <summary>A filter chain made ready. Exactly one of the two terminals is set.</summary>
internal sealed class FilterChain
{
    private FilterChain(FilterChainConfig config) => Config = config;

    public FilterChainConfig Config { get; }

    public ConnectionManager? Http { get; private init; }

    public TcpForwarder? Tcp { get; private init; }

    /// <summary>Hands a connection whose bytes are plain by now to the terminal.</summary>
    public void Serve(
        ProxyWorker worker, DownstreamSlot slot, Connection connection, ConnectionInfo info, DetectingConnection? trial = null)
    {
        if (Http is { } http)
        {
            new HttpServerConnection(worker, http, slot, connection, info).Start();
        }
        else if (Tcp is { } tcp)
        {
            new TcpSession(worker, tcp, this, slot, connection, info, trial).Start();
        }
    }

    public static FilterChain Create(FilterChainConfig config, StatsStore stats, int workers) => config.Terminal switch
    {
        HttpConnectionManagerConfig http => new FilterChain(config) { Http = new ConnectionManager(http, stats, workers) },
        TcpProxyConfig tcp => new FilterChain(config) { Tcp = new TcpForwarder(tcp, config.NetworkFilters, stats) },
        _ => throw new ArgumentException($"Unknown terminal filter {config.Terminal.GetType().Name}.", nameof(config)),
    };
}
