namespace Lateen.Engine.Loop;

/// <summary>A lock-free queue of tasks from many threads to one loop, without allocation.</summary>
internal sealed class Mailbox
{
    private LoopTask? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>True when the mailbox was empty, so the loop has to be woken.</summary>
    public bool Add(LoopTask task)
    {
        LoopTask? newest = Volatile.Read(ref _newest);
        while (true)
        {
            task.Next = newest;
            LoopTask? seen = Interlocked.CompareExchange(ref _newest, task, newest);
            if (seen == newest)
            {
                return newest is null;
            }

            newest = seen;
        }
    }

    /// <summary>Runs what was there at the time of the call, oldest first; false when there was nothing.</summary>
    public bool RunAll(EventLoop loop)
    {
        LoopTask? newest = Interlocked.Exchange(ref _newest, null);
        LoopTask? oldest = null;
        while (newest is not null)
        {
            LoopTask? older = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = older;
        }

        bool any = oldest is not null;
        while (oldest is not null)
        {
            // Unlinked first: a task may post itself again.
            LoopTask task = oldest;
            oldest = task.Next;
            task.Next = null;
            task.Run(loop);
        }

        return any;
    }
}
