namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>One worker's turn order over a group of hosts: in a circle, or by deadlines when weights matter.</summary>
internal sealed class HostSchedule
{
    private readonly ClusterConfig _config;
    private readonly HostGroup _group;
    private readonly EdfSchedule? _deadlines;
    private int _index;

    public HostSchedule(ClusterConfig config, HostGroup group, ref PickContext context)
    {
        _config = config;
        _group = group;

        // Workers start at different places, or all of them would hit the first host together after a change.
        _index = context.Random.Next(group.Count);
        if (!group.WeightsDiffer && !AnyWarmsUp(context.NowMicros))
        {
            return;
        }

        _deadlines = new EdfSchedule(group.Count);
        for (int i = 0; i < group.Count; i++)
        {
            _deadlines.Add(i, WeightOf(group.Hosts[i], context.NowMicros));
        }

        for (int burn = _index; burn > 0; burn--)
        {
            _ = NextByDeadline(context.NowMicros);
        }
    }

    /// <summary>Hosts differ, by weight or by age.</summary>
    public bool IsWeighted => _deadlines is not null;

    public Host Next(long nowMicros)
    {
        if (_deadlines is not null)
        {
            return NextByDeadline(nowMicros);
        }

        int index = _index;
        _index = index + 1 == _group.Count ? 0 : index + 1;
        return _group.Hosts[index];
    }

    private Host NextByDeadline(long nowMicros)
    {
        int index = _deadlines?.Take() ?? 0;
        Host host = _group.Hosts[index];
        _deadlines?.Add(index, WeightOf(host, nowMicros));
        return host;
    }

    private bool AnyWarmsUp(long nowMicros)
    {
        if (_config.SlowStart is not { } slowStart)
        {
            return false;
        }

        foreach (Host host in _group.Hosts)
        {
            if (slowStart.FactorAt(nowMicros - host.AddedMicros) < 1)
            {
                return true;
            }
        }

        return false;
    }

    private double WeightOf(Host host, long nowMicros)
    {
        double weight = Math.Max(1, host.Config.Weight);
        if (_config.LbPolicy is LbPolicy.LeastRequest && _config.ActiveRequestBias > 0)
        {
            int busy = host.ActiveRequests + 1;
            weight /= _config.ActiveRequestBias == 1 ? busy : Math.Pow(busy, _config.ActiveRequestBias);
        }

        return _config.SlowStart is { } slowStart ? weight * slowStart.FactorAt(nowMicros - host.AddedMicros) : weight;
    }
}
