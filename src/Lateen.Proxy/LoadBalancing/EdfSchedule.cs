namespace Lateen.Proxy.LoadBalancing;

/// <summary>Earliest deadline first: an item of weight w comes up every 1/w. Ties go to the item that waited longest.</summary>
internal sealed class EdfSchedule(int capacity)
{
    private readonly PriorityQueue<int, (double Deadline, long Order)> _queue = new(capacity);
    private double _now;
    private long _order;

    /// <summary>Puts an item in, first or again after it was taken, with the weight it has now.</summary>
    public void Add(int item, double weight) => _queue.Enqueue(item, (_now + (1 / weight), _order++));

    /// <summary>The item that is due; the caller adds it again.</summary>
    public int Take()
    {
        _queue.TryDequeue(out int item, out (double Deadline, long Order) priority);
        _now = priority.Deadline;
        return item;
    }
}
