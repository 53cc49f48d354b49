namespace Lateen.Proxy.Listeners;

/// <summary>An open downstream connection's place in its worker's list.</summary>
internal sealed class DownstreamSlot(ProxyWorker worker, Listener listener)
{
    internal DownstreamSlot? Next;
    internal DownstreamSlot? Previous;

    public Listener Listener { get; } = listener;

    /// <summary>Null while the protocol is being detected.</summary>
    public FilterChain? Chain { get; set; }

    public IDownstream? Owner { get; set; }

    /// <summary>Set when it counts against the limit of the process.</summary>
    public bool IsCountedGlobally { get; init; }

    public long DrainDeadlineMicros { get; set; } = long.MaxValue;

    public bool IsDraining => DrainDeadlineMicros != long.MaxValue;

    public void Leave() => worker.Forget(this);
}
