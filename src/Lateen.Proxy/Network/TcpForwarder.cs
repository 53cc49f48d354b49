namespace Lateen.Proxy.Network;

using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>A TCP proxy's configuration made ready. Shared by all workers.</summary>
internal sealed class TcpForwarder
{
    private readonly WeightedCluster[] _targets;
    private readonly AccessLogger[] _accessLoggers;
    private readonly NetworkFilter[] _filters;
    private readonly uint _totalWeight;

    public TcpForwarder(TcpProxyConfig config, IReadOnlyList<NetworkFilterFactory> filters, StatsStore stats)
    {
        Config = config;
        Stats = new TcpProxyStats(stats, config.StatPrefix);
        Tunnel = config.Tunnel is null ? null : new TunnelHandshake(config.Tunnel);
        _targets = [.. config.Clusters];
        _accessLoggers = [.. config.AccessLoggers];
        var context = new FilterContext(stats, config.StatPrefix, config.Direction);
        _filters = [.. filters.Select(f => f.Create(context))];
        foreach (WeightedCluster target in _targets)
        {
            _totalWeight += target.Weight;
        }
    }

    public TcpProxyConfig Config { get; }

    public TcpProxyStats Stats { get; }

    /// <summary>Null where bytes are carried as they are.</summary>
    public TunnelHandshake? Tunnel { get; }

    public string? PickCluster(LoopRandom random)
    {
        if (_targets.Length <= 1)
        {
            return _targets.Length == 0 ? null : _targets[0].Name;
        }

        uint draw = _totalWeight == 0 ? 0 : (uint)random.Next((int)_totalWeight);
        foreach (WeightedCluster target in _targets)
        {
            if (draw < target.Weight)
            {
                return target.Name;
            }

            draw -= target.Weight;
        }

        return _targets[^1].Name;
    }

    public void OnConnection(StreamInfo info)
    {
        foreach (NetworkFilter filter in _filters)
        {
            filter.OnConnection(info);
        }
    }

    public void OnComplete(StreamInfo info)
    {
        foreach (NetworkFilter filter in _filters)
        {
            filter.OnComplete(info);
        }

        foreach (AccessLogger logger in _accessLoggers)
        {
            logger.Log(info, null, null);
        }
    }
}
