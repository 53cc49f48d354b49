namespace Lateen.Engine.Http2;

using Lateen.Engine.Loop;

/// <summary>What must not happen inside a callback of the stream it concerns.</summary>
internal sealed class Http2DeferredWork(Http2Codec codec) : LoopTask
{
    private readonly WorkList<Http2Stream> _resumed = new();
    private readonly WorkList<Http2Stream> _released = new();
    private bool _queued;
    private bool _readsOn;

    public void Resume(Http2Stream stream)
    {
        _resumed.Add(stream);
        Queue();
    }

    /// <summary>Reading was interrupted and goes on in the next turn.</summary>
    public void ReadOn()
    {
        _readsOn = true;
        Queue();
    }

    public void Release(Http2Stream stream)
    {
        _released.Add(stream);
        Queue();
    }

    public override void Run(EventLoop loop)
    {
        _queued = false;
        if (_readsOn)
        {
            _readsOn = false;
            codec.Connection?.ResumeReading();
        }

        foreach (Http2Stream stream in _resumed.Take())
        {
            stream.Input.DeliverHeld();
        }

        foreach (Http2Stream stream in _released.Take())
        {
            stream.Recycle();
            codec.Pool.Return(stream);
        }
    }

    private void Queue()
    {
        if (!_queued && codec.Connection is { } connection)
        {
            _queued = true;
            connection.Loop.Defer(this);
        }
    }
}
