namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Picks a host. One per worker and cluster, so its state needs no lock.</summary>
internal abstract class LoadBalancer(ClusterConfig config)
{
    private HostSet _scheduled = HostSet.Empty;
    private HostSchedule?[] _schedules = [];
    private EdfSchedule?[] _localities = [];

    public ClusterConfig Config { get; } = config;

    public static LoadBalancer Create(ClusterConfig config) => config.LbPolicy switch
    {
        LbPolicy.LeastRequest => new LeastRequestLoadBalancer(config),
        LbPolicy.Random => new RandomLoadBalancer(config),
        LbPolicy.RingHash or LbPolicy.Maglev => new HashingLoadBalancer(config),
        _ => new RoundRobinLoadBalancer(config),
    };

    /// <summary>Null when there is no host to use.</summary>
    public Host? Pick(HostSet hosts, ref PickContext context, ClusterStats stats)
    {
        if (!ReferenceEquals(hosts.Whole, _scheduled))
        {
            _scheduled = hosts.Whole;
            _schedules = new HostSchedule?[_scheduled.GroupCount];
            _localities = new EdfSchedule?[_scheduled.GroupCount];
        }

        PriorityHosts? priority = hosts.Choose(Draw(ref context), context, out bool degraded);
        if (priority is null)
        {
            return null;
        }

        HostGroup group;
        if (priority.IsPanic)
        {
            stats.HealthyPanic.Increment();
            group = priority.All;
        }
        else
        {
            LocalityGroups? localities = degraded ? priority.DegradedLocalities : priority.HealthyLocalities;
            HostGroup whole = degraded ? priority.Degraded : priority.Healthy;
            group = localities is null ? whole : NextLocality(localities);
        }

        return group.Count switch
        {
            0 => null,
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
