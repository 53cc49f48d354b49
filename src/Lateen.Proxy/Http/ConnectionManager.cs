namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Http2;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Routing;
using Lateen.Proxy.Stats;

/// <summary>
/// A connection manager's configuration made ready: filters, routes, stats, encoded header values. Shared by all workers.
/// </summary>
internal sealed class ConnectionManager
{
    private readonly CompiledRoutes? _inlineRoutes;
    private readonly AccessLogger[] _accessLoggers;
    private readonly Stack<ActiveStream>[] _idleStreams;
    private readonly byte[] _serverName;
    private readonly bool _serverNameIsPlain;
    private readonly byte[] _via;
    private readonly string[] _upgradeTypes;
    private readonly Http1Options _http1;
    private readonly Http1Options _http1OverTls;
    private readonly Http2Options _http2;
    private readonly Http2StatsCounter _http2Stats;

    public ConnectionManager(HttpConnectionManagerConfig config, StatsStore stats, int workers)
    {
        Config = config;
        Timeouts = new DownstreamTimeouts(config);
        NormalizesHost = HostNormalizer.IsAsked(config);
        Stats = new HttpConnectionManagerStats(stats, config.StatPrefix);
        RequestHeaders = new RequestHeaderPolicy(config);
        _inlineRoutes = config.InlineRoutes is null ? null : new CompiledRoutes(config.InlineRoutes);
        _accessLoggers = [.. config.AccessLoggers];
        _serverName = Encoding.ASCII.GetBytes(config.ServerName);
        _serverNameIsPlain = !_serverName.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~');
        _via = Encoding.ASCII.GetBytes(config.Via);
        _upgradeTypes = [.. config.UpgradeTypes];
        _http1 = new Http1Options
        {
            MaxHeadBytes = config.MaxRequestHeadersBytes,
            MaxHeaders = config.MaxHeaderCount,
            AcceptHttp10 = config.AcceptHttp10,
            RejectUnderscores = config.RejectHeadersWithUnderscores,
            AutoContinue = !config.Proxy100Continue,
            AllowUpgrade = config.UpgradeTypes.Count > 0,
            EnableTrailers = config.EnableTrailers,
            DefaultHostForHttp10 = config.DefaultHostForHttp10,
            AllowConnect = config.UpgradeTypes.Contains("connect"),
            Scheme = "http",
        };
        _http2 = config.Http2 with
        {
            MaxHeadBytes = config.MaxRequestHeadersBytes,
            MaxHeaders = config.MaxHeaderCount,
            RejectUnderscores = config.RejectHeadersWithUnderscores,
            AutoContinue = !config.Proxy100Continue,
            DrainTimeoutMicros = Micros(config.DrainTimeout),
            FlushTimeoutMicros = Micros(config.StreamIdleTimeout),
        };
        _http2Stats = new Http2StatsCounter(stats, cluster: null);
        _http1OverTls = _http1 with { Scheme = "https" };
        var context = new FilterContext(stats, config.StatPrefix, config.Direction);
        Filters = new HttpFilter[config.Filters.Count];
        for (int slot = 0; slot < Filters.Length; slot++)
        {
            Filters[slot] = config.Filters[slot].Create(context);
            Filters[slot].Slot = slot;
            Filters[slot].Name = config.Filters[slot].Name;
        }

        FiltersChangeProtocol = Array.Exists(Filters, static filter => filter.ChangesProtocol);
        StateSlots = Filters.Length;
        foreach (DiscoveredHttpFilter filter in Filters.OfType<DiscoveredHttpFilter>())
        {
            filter.InnerSlot = StateSlots++;
        }

        _idleStreams = new Stack<ActiveStream>[workers];
        for (int i = 0; i < workers; i++)
        {
            _idleStreams[i] = new Stack<ActiveStream>();
        }
    }

    public HttpConnectionManagerConfig Config { get; }

    public DownstreamTimeouts Timeouts { get; }

    public bool NormalizesHost { get; }

    public HttpConnectionManagerStats Stats { get; }

    public RequestHeaderPolicy RequestHeaders { get; }

    public HttpFilter[] Filters { get; }

    /// <summary>One of them may turn a request into gRPC.</summary>
    public bool FiltersChangeProtocol { get; }

    /// <summary>State slots that a stream needs for its filters.</summary>
    public int StateSlots { get; }

    public CompiledRoutes? RoutesIn(RuntimeSnapshot snapshot)
    {
        if (_inlineRoutes is not null)
        {
            return _inlineRoutes;
        }

        snapshot.Routes.TryGetValue(Config.RouteTableName, out CompiledRoutes? routes);
        return routes;
    }

    public bool AllowsUpgrade(ReadOnlySpan<byte> type, ForwardAction? route)
    {
        // A handshake, not an ordinary request: the string costs nothing that matters.
        string name = Encoding.ASCII.GetString(type).ToLowerInvariant();
        return route is not null
            && route.Upgrades.TryGetValue(name, out bool allowed) ? allowed : Array.IndexOf(_upgradeTypes, name) >= 0;
    }

    /// <summary>What decides the version: the configuration, or else what the client will say first.</summary>
    public HttpCodecType CodecFor(Connection connection) => connection.Tls?.ApplicationProtocol switch
    {
        _ when Config.Codec is not HttpCodecType.Auto => Config.Codec,
        "h2" => HttpCodecType.Http2,
        "http/1.1" or "http/1.0" => HttpCodecType.Http1,
        _ => HttpCodecType.Auto,
    };

    public DownstreamCodec CreateCodec(HttpServerCallbacks callbacks, HttpProtocol protocol, bool isTls) =>
        protocol is HttpProtocol.Http2
            ? new Http2DownstreamCodec(callbacks, _http2, _http2Stats)
            : new Http1DownstreamCodec(callbacks, isTls ? _http1OverTls : _http1);

    public ActiveStream Rent(ProxyWorker worker) =>
        _idleStreams[worker.Loop.WorkerIndex].TryPop(out ActiveStream? stream) ? stream : new ActiveStream(this, worker);

    public void Return(ActiveStream stream)
    {
        const int mostIdle = 1024;
        Stack<ActiveStream> idle = _idleStreams[stream.Loop.WorkerIndex];
        if (idle.Count < mostIdle)
        {
            idle.Push(stream);
        }
        else
        {
            stream.Router.ForgetTimers();
        }
    }

    public void Log(StreamInfo info, HeaderMap request, HeaderMap response)
    {
        foreach (AccessLogger logger in _accessLoggers)
        {
            logger.Log(info, request, response);
        }
    }

    /// <summary>What every response gets on its way out.</summary>
    public void FinishResponseHeaders(HeaderMap response, HeaderMap request, ProxyWorker worker)
    {
        bool keepServer = Config.ServerHeader is ServerHeaderTransformation.PassThrough
            || (Config.ServerHeader is ServerHeaderTransformation.AppendIfAbsent && response.Contains("server"u8));
        if (!keepServer)
        {
            SetServer(response);
        }

        if (!response.Contains("date"u8))
        {
            response.AddOwn("date"u8, worker.Date.Bytes(worker.Loop.UnixMicros));
        }

        if (_via.Length > 0)
        {
            response.Add("via"u8, _via);
        }

        if (Config.AlwaysSetRequestIdInResponse && request.TryGet("x-request-id"u8, out ReadOnlySpan<byte> id))
        {
            response.Set("x-request-id"u8, id);
        }
    }

    internal static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    /// <summary>The three digits of :status; 0 when they are none.</summary>
    internal static int ParseStatus(HeaderMap response)
    {
        ReadOnlySpan<byte> text = PseudoHeaders.Status(response);
        if (text.Length != 3)
        {
            return 0;
        }

        int hundreds = text[0] - '0';
        int tens = text[1] - '0';
        int ones = text[2] - '0';
        return (uint)hundreds < 10 && (uint)tens < 10 && (uint)ones < 10 ? (hundreds * 100) + (tens * 10) + ones : 0;
    }

    // Configured, and so maybe of characters that a header cannot have: then the codec is to look at it.
    private void SetServer(HeaderMap response)
    {
        if (_serverNameIsPlain)
        {
            response.SetOwn("server"u8, _serverName);
        }
        else
        {
            response.Set("server"u8, _serverName);
        }
    }
}
