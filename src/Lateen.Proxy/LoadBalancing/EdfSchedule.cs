namespace Lateen.Proxy.LoadBalancing;

using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;

/// <summary>Earliest deadline first: a host of weight w comes up every 1/w. Ties go to the entry that waited longest.</summary>
internal sealed class EdfSchedule
{
    private readonly PriorityQueue<Host, (double Deadline, long Order)> _queue;
    private double _now;
    private long _order;
    private int _index;

    public EdfSchedule(PriorityHosts hosts, LoopRandom random)
    {
        Hosts = hosts;
        _queue = new PriorityQueue<Host, (double, long)>(hosts.Pickable.Length);

        // Workers start at different places, or all of them would hit the first host together after a change.
        _index = random.Next(hosts.Pickable.Length);
        if (!hosts.WeightsDiffer)
        {
            return;
        }

        foreach (Host host in hosts.Pickable)
        {
            Insert(host, leastRequest: false);
        }

        for (int burn = _index; burn > 0; burn--)
        {
            Next(leastRequest: false);
        }
    }

    public PriorityHosts Hosts { get; }

    public int NextIndex()
    {
        int index = _index;
        _index = index + 1 == Hosts.Pickable.Length ? 0 : index + 1;
        return index;
    }

    public Host Next(bool leastRequest)
    {
        _queue.TryDequeue(out Host? host, out (double Deadline, long Order) priority);
        _now = priority.Deadline;
        Host picked = host ?? Hosts.Pickable[0];
        Insert(picked, leastRequest);
        return picked;
    }

    private void Insert(Host host, bool leastRequest)
    {
        double weight = Math.Max(1, host.Config.Weight);
        double effective = leastRequest ? weight / (host.ActiveRequests + 1) : weight;
        _queue.Enqueue(host, (_now + (1 / effective), _order++));
    }
}
