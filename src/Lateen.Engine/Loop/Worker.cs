namespace Lateen.Engine.Loop;

/// <summary>One thread and its event loop.</summary>
public sealed class Worker : IDisposable
{
    private readonly Thread _thread;

    /// <exception cref="IOException">The loop's back end was asked for by name and cannot be used.</exception>
    public Worker(int index, ulong seed = 0, LoopOptions? options = null)
    {
        Loop = SocketLoop.Create(index, seed, options);
        _thread = new Thread(Run) { IsBackground = true, Name = $"worker-{index}" };
    }

    public SocketLoop Loop { get; }

    public void Start() => _thread.Start();

    /// <summary>Closes every connection and waits for the thread to end.</summary>
    public void Dispose()
    {
        Loop.RequestStop();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted) is false)
        {
            _thread.Join();
        }

        Loop.Dispose();
    }

    private void Run()
    {
        try
        {
            Loop.Run();
        }
        catch (Exception fault)
        {
            // A timer or task threw: the worker's state is unknown, and going on would serve wrong answers.
            Environment.FailFast($"Worker {Loop.WorkerIndex} failed", fault);
        }
    }
}
