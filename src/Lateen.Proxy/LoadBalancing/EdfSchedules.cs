namespace Lateen.Proxy.LoadBalancing;

using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;

/// <summary>The schedules of one load balancer, one per priority, rebuilt when its hosts change.</summary>
internal sealed class EdfSchedules
{
    private readonly List<EdfSchedule> _schedules = [];

    public EdfSchedule For(PriorityHosts hosts, LoopRandom random)
    {
        foreach (EdfSchedule schedule in _schedules)
        {
            if (ReferenceEquals(schedule.Hosts, hosts))
            {
                return schedule;
            }
        }

        // Priorities are few; whatever does not fit is from an older host set.
        const int mostPriorities = 8;
        if (_schedules.Count >= mostPriorities)
        {
            _schedules.Clear();
        }

        var fresh = new EdfSchedule(hosts, random);
        _schedules.Add(fresh);
        return fresh;
    }
}
