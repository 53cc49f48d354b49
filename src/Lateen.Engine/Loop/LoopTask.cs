namespace Lateen.Engine.Loop;

/// <summary>A unit of work for a loop's mailbox; re-usable once it has run.</summary>
public abstract class LoopTask
{
    internal LoopTask? Next;

    public abstract void Run(EventLoop loop);
}
