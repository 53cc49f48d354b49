namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Picks a host. One per worker and cluster, so its state needs no lock.</summary>
internal abstract class LoadBalancer(ClusterConfig config)
{
    private LocalZone? _local;
    private HostSet _scheduled = HostSet.Empty;
    private HostSchedule?[] _schedules = [];
    private EdfSchedule?[] _localities = [];
    private ZoneRouting?[] _zones = [];

    public ClusterConfig Config { get; } = config;

    public static LoadBalancer Create(ClusterConfig config, LocalZone? local)
    {
        LoadBalancer balancer = config.LbPolicy switch
        {
            LbPolicy.LeastRequest => new LeastRequestLoadBalancer(config),
            LbPolicy.Random => new RandomLoadBalancer(config),
            LbPolicy.RingHash or LbPolicy.Maglev => new HashingLoadBalancer(config),
            _ => new RoundRobinLoadBalancer(config),
        };
        balancer._local = local;
        return balancer;
    }

    /// <summary>Null when there is no host to use.</summary>
    public Host? Pick(HostSet hosts, ref PickContext context, ClusterStats stats)
    {
        if (!ReferenceEquals(hosts.Whole, _scheduled))
        {
            _scheduled = hosts.Whole;
            _schedules = new HostSchedule?[_scheduled.GroupCount];
            _localities = new EdfSchedule?[_scheduled.GroupCount];
            _zones = new ZoneRouting?[Config.ZoneAware is null ? 0 : _scheduled.GroupCount];
        }

        PriorityHosts? priority = hosts.Choose(Draw(ref context), context, out bool degraded);
        if (priority is null)
        {
            return null;
        }

        HostGroup? group;
        if (priority.IsPanic)
        {
            stats.HealthyPanic.Increment();
            group = Config.ZoneAware is { FailTrafficOnPanic: true } ? null : priority.All;
        }
        else if (!degraded && priority.Zones is { } zones && Config.ZoneAware is { } zoneAware)
        {
            group = RoutingOf(zones, stats).Choose(priority.Healthy, zoneAware, ref context, stats.Zones);
        }
        else
        {
            LocalityGroups? localities = degraded ? priority.DegradedLocalities : priority.HealthyLocalities;
            HostGroup whole = degraded ? priority.Degraded : priority.Healthy;
            group = localities is null ? whole : NextLocality(localities);
        }

        return group?.Count switch
        {
            null or 0 => null,
            1 => group.Hosts[0],
            _ => PickOne(group, ref context),
        };
    }

    /// <summary>There are at least two hosts.</summary>
    protected abstract Host PickOne(HostGroup group, ref PickContext context);

    /// <summary>From 0 to 99; decides on the priority.</summary>
    protected virtual int Draw(ref PickContext context) => context.Random.Next(100);

    private protected HostSchedule ScheduleOf(HostGroup group, ref PickContext context) =>
        _schedules[group.Index] ??= new HostSchedule(Config, group, ref context);

    // Callers come and go as hosts do; what was computed for others is computed anew.
    private ZoneRouting RoutingOf(ZoneGroups zones, ClusterStats stats)
    {
        HostSet? callers = _local?.Cluster?.Hosts;
        ZoneRouting? routing = _zones[zones.Index];
        if (routing is null || !ReferenceEquals(routing.Local, callers))
        {
            HostLocality own = _local?.Locality ?? HostLocality.None;
            routing = _zones[zones.Index] = new ZoneRouting(Config, zones, callers, own, stats.Zones);
        }

        return routing;
    }

    private HostGroup NextLocality(LocalityGroups localities)
    {
        if (_localities[localities.Index] is not { } schedule)
        {
            schedule = _localities[localities.Index] = new EdfSchedule(localities.Groups.Length);
            for (int i = 0; i < localities.Groups.Length; i++)
            {
                schedule.Add(i, localities.Weights[i]);
            }
        }

        int next = schedule.Take();
        schedule.Add(next, localities.Weights[next]);
        return localities.Groups[next];
    }
}
