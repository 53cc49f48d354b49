namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;

/// <summary>One name in the cache of a dynamic forward cluster, and who waits for its address.</summary>
internal sealed class DynamicForwardHost(string name, int port)
{
    private readonly Lock _lock = new();
    private List<(EventLoop Loop, LoopTask Task)>? _waiting = [];
    private volatile Host? _host;
    private long _lastUsedMicros;

    public string Name => name;

    public int Port => port;

    /// <summary>Null until the name is resolved.</summary>
    public Host? Host
    {
        get => _host;
        set => _host = value;
    }

    public long LastUsedMicros
    {
        get => Volatile.Read(ref _lastUsedMicros);
        set => Volatile.Write(ref _lastUsedMicros, value);
    }

    /// <summary>False when the name's resolution has ended already.</summary>
    public bool TryWait(EventLoop loop, LoopTask task)
    {
        lock (_lock)
        {
            _waiting?.Add((loop, task));
            return _waiting is not null;
        }
    }

    /// <summary>The resolution has ended, well or not.</summary>
    public void WakeAll()
    {
        List<(EventLoop Loop, LoopTask Task)>? waiting;
        lock (_lock)
        {
            waiting = _waiting;
            _waiting = null;
        }

        foreach ((EventLoop loop, LoopTask task) in waiting ?? [])
        {
            loop.Post(task);
        }
    }
}
