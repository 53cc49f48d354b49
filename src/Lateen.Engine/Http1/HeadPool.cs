namespace Lateen.Engine.Http1;

using Lateen.Engine.Loop;

/// <summary>
/// Heads of requests that no connection of this thread is in the middle of. Connections that wait hold none, and the few that do something
/// use the same few over and over, so that these stay in the processor's cache.
/// </summary>
internal sealed class HeadPool : LoopTask
{
    private const int MaxKept = 256;

    // A large head is let go of.
    private const int MaxArenaBytes = 4 * 1024;

    [ThreadStatic]
    private static HeadPool? s_current;

    private readonly Stack<MessageHead> _free = new();
    private readonly List<MessageHead> _ended = [];
    private EventLoop? _loop;

    public static HeadPool Current => s_current ??= new HeadPool();

    public MessageHead Rent(Http1Options options)
    {
        if (!_free.TryPop(out MessageHead? head))
        {
            return new MessageHead(options, isRequest: true);
        }

        head.Reset(options);
        return head;
    }

    /// <summary>Takes a head back at the end of the turn: whoever ended the exchange may still read its request, for the access log.</summary>
    public void Return(MessageHead head, EventLoop loop)
    {
        if (_loop != loop)
        {
            // Simulated loops share a thread; another one's turn is over.
            FreeEnded();
            _loop = loop;
            loop.Defer(this);
        }

        _ended.Add(head);
    }

    public override void Run(EventLoop loop) => FreeEnded();

    private void FreeEnded()
    {
        _loop = null;
        foreach (MessageHead head in _ended)
        {
            if (_free.Count < MaxKept && head.Map.ArenaBytes <= MaxArenaBytes)
            {
                _free.Push(head);
            }
        }

        _ended.Clear();
    }
}
