namespace Lateen.Engine.Loop;

/// <summary>The workers of a process, one per core it may use.</summary>
public sealed class WorkerGroup : IDisposable
{
    private readonly Worker[] _workers;

    /// <exception cref="IOException">The loops' back end was asked for by name and cannot be used.</exception>
    public WorkerGroup(int count, ulong seed = 0, LoopOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _workers = new Worker[count];
        for (int i = 0; i < count; i++)
        {
            _workers[i] = new Worker(i, seed == 0 ? 0 : seed + (ulong)i, options);
        }
    }

    public int Count => _workers.Length;

    public ReadOnlySpan<Worker> Workers => _workers;

    public SocketLoop LoopAt(int index) => _workers[index].Loop;

    public void Start()
    {
        foreach (Worker worker in _workers)
        {
            worker.Start();
        }
    }

    public void Dispose()
    {
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }
}
