namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;

/// <summary>
/// Connections belong to workers, but the limit on them is the process's: a worker's request may wait while another worker holds the
/// only connection allowed. Such pools enter here; who closes a connection wakes one, and who could keep one idle closes it instead.
/// </summary>
internal sealed class StarvingPools(Host host)
{
    private int _waiting;

    public bool Any => Volatile.Read(ref _waiting) > 0;

    /// <summary>The pool waits for a connection's end. Idle connections of other workers are asked to go.</summary>
    public void Enter(HttpPool pool)
    {
        if (pool.IsStarving)
        {
            return;
        }

        pool.IsStarving = true;
        Interlocked.Increment(ref _waiting);
        for (int worker = 0; worker < host.Cluster.Workers; worker++)
        {
            foreach (HttpPool? other in host.PoolsOf(worker))
            {
                AskToRelease(other, pool);
            }
        }
    }

    public void Leave(HttpPool pool)
    {
        if (pool.IsStarving)
        {
            pool.IsStarving = false;
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>A connection has gone. All that starve may try; the limit lets in who fits.</summary>
    public void Wake()
    {
        if (!Any)
        {
            return;
        }

        for (int worker = 0; worker < host.Cluster.Workers; worker++)
        {
            foreach (HttpPool? pool in host.PoolsOf(worker))
            {
                Wake(pool);
            }
        }
    }

    private static void AskToRelease(HttpPool? pool, HttpPool asking)
    {
        if (pool is not null && !ReferenceEquals(pool, asking))
        {
            pool.Loop.Post(new ReleaseTask(pool));
        }
    }

    private static void Wake(HttpPool? pool)
    {
        if (pool is { IsStarving: true })
        {
            pool.Loop.Post(new WakeTask(pool));
        }
    }

    private sealed class ReleaseTask(HttpPool pool) : LoopTask
    {
        public override void Run(EventLoop loop) => pool.ReleaseIdle();
    }

    private sealed class WakeTask(HttpPool pool) : LoopTask
    {
        public override void Run(EventLoop loop) => pool.OnWoken();
    }
}
