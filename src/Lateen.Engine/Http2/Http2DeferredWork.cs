namespace Lateen.Engine.Http2;

using Lateen.Engine.Loop;

/// <summary>What must not happen inside a callback of the stream it concerns.</summary>
internal sealed class Http2DeferredWork(Http2Codec codec) : LoopTask
{
    private readonly WorkList<Http2Stream> _resumed = new();
    private readonly WorkList<Http2Stream> _released = new();
    private bool _queued;

    public void Resume(Http2Stream stream)
    {
        _resumed.Add(stream);
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
        foreach (Http2Stream stream in _resumed.Take())
        {
            stream.DeliverHeld();
        }

        foreach (Http2Stream stream in _released.Take())
        {
            stream.Recycle();
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
