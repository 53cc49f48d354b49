namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>
/// Which locality a pick goes to, so that every host is loaded alike although requests stay near if they can: shares of callers and of
/// hosts are compared by locality, in hundredths of a percent (Envoy, zone_aware_load_balancer_base). One per worker and priority.
/// </summary>
internal sealed class ZoneRouting
{
    private const int Everything = 10_000;

    private readonly ZoneGroups _zones;
    private readonly long[] _residual;
    private readonly int _own;
    private readonly int _ownPercent;
    private readonly bool _isOff;
    private readonly bool _localIsInPanic;

    public ZoneRouting(ClusterConfig config, ZoneGroups zones, HostSet? local, HostLocality ownLocality, ZoneStats stats)
    {
        _zones = zones;
        Local = local;
        _residual = new long[zones.Groups.Length];
        _own = zones.Localities.IndexOf(ownLocality);
        stats.Recalculated.Increment();
        int hosts = 0;
        foreach (HostGroup zone in zones.Groups)
        {
            hosts += zone.Count;
        }

        if (local is null || local.All.Length == 0)
        {
            stats.LocalClusterNotOk.Increment();
            _isOff = true;
        }
        else if ((ulong)hosts < (config.ZoneAware?.MinClusterSize ?? 0))
        {
            stats.ClusterTooSmall.Increment();
            _isOff = true;
        }
        else
        {
            _localIsInPanic = IsInPanic(local, config.PanicThresholdPercent);
            _ownPercent = Share(local, hosts);
        }
    }

    /// <summary>The callers that this was computed for.</summary>
    public HostSet? Local { get; }

    /// <summary>The hosts to pick from; null when nothing may be sent.</summary>
    /// <param name="whole">All healthy hosts, for a pick that does not look at localities.</param>
    /// <param name="config">What is configured.</param>
    /// <param name="context">Has the worker's chance.</param>
    /// <param name="stats">Counts the decision.</param>
    public HostGroup? Choose(HostGroup whole, ZoneAwareConfig config, ref PickContext context, ZoneStats stats)
    {
        if (_isOff || (config.RoutingPercent < 100 && context.Random.Next(100) >= config.RoutingPercent))
        {
            return whole;
        }

        if (_localIsInPanic)
        {
            stats.LocalClusterNotOk.Increment();
            return config.FailTrafficOnPanic ? null : whole;
        }

        if (_ownPercent == Everything)
        {
            stats.AllDirectly.Increment();
            return _zones.Groups[_own];
        }

        if (context.Random.Next(Everything) < _ownPercent)
        {
            stats.Sampled.Increment();
            return _zones.Groups[_own];
        }

        stats.CrossZone.Increment();
        if (_residual[^1] == 0)
        {
            // Rounding left nobody with room.
            stats.NoCapacityLeft.Increment();
            return _zones.Groups[context.Random.Next(_residual.Length)];
        }

        int draw = context.Random.Next((int)_residual[^1]);
        int zone = 0;
        while (draw >= _residual[zone])
        {
            zone++;
        }

        return _zones.Groups[zone];
    }

    // What stays in the own locality, of Everything; and sums over the localities of the room that others' callers leave there.
    private int Share(HostSet local, int hosts)
    {
        var callers = new Dictionary<HostLocality, int>();
        int allCallers = 0;
        foreach (Host caller in local.All)
        {
            if (caller.Config.Priority == 0 && caller.Availability is HostAvailability.Healthy)
            {
                allCallers++;
                callers[caller.Config.Locality] = callers.GetValueOrDefault(caller.Config.Locality) + 1;
            }
        }

        long sum = 0;
        int ownPercent = 0;
        for (int i = 0; i < _residual.Length; i++)
        {
            int upstream = Everything * _zones.Groups[i].Count / hosts;
            int own = allCallers == 0 ? 0 : Everything * callers.GetValueOrDefault(_zones.Localities[i]) / allCallers;
            if (i == _own)
            {
                // The own locality has taken what it could already.
                ownPercent = upstream >= own ? Everything : Everything * upstream / own;
            }
            else
            {
                sum += Math.Max(0, upstream - own);
            }

            _residual[i] = sum;
        }

        return ownPercent;
    }

    private static bool IsInPanic(HostSet local, double thresholdPercent)
    {
        int count = 0;
        int available = 0;
        foreach (Host host in local.All)
        {
            if (host.Config.Priority == 0 && !host.Health.IsExcluded)
            {
                count++;
                available += host.Availability is HostAvailability.Healthy or HostAvailability.Degraded ? 1 : 0;
            }
        }

        return count == 0 || 100.0 * available / count < thresholdPercent;
    }
}
