namespace Lateen.Local.Controllers;

using System.Threading.Channels;

/// <summary>
/// Keys waiting for a worker. A key is queued once however often it is added, is never worked on twice at the same time, and comes
/// back with growing delay after failures. Its length is bounded by the number of objects.
/// </summary>
internal sealed class WorkQueue(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Channel<ObjectKey> _ready = Channel.CreateUnbounded<ObjectKey>();
    private readonly HashSet<ObjectKey> _dirty = [];
    private readonly HashSet<ObjectKey> _processing = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly Dictionary<ObjectKey, (ITimer Timer, DateTimeOffset Due)> _delayed = [];

    public void Add(ObjectKey key)
    {
        lock (_gate)
        {
            // A key in work is handed out again by Done, so no change is lost and none is worked on in parallel.
            if (_dirty.Add(key) && !_processing.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    public void AddAfter(ObjectKey key, TimeSpan delay) => AddAt(key, time.GetUtcNow() + delay);

    /// <summary>Adds a key when its time has come; an earlier time that waits already holds.</summary>
    public void AddAt(ObjectKey key, DateTimeOffset due)
    {
        TimeSpan delay = due - time.GetUtcNow();
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_gate)
        {
            if (_delayed.TryGetValue(key, out var waiting))
            {
                if (waiting.Due <= due)
                {
                    return;
                }

                waiting.Timer.Dispose();
            }

            _delayed[key] = (time.CreateTimer(_ => Release(key, due), null, delay, Timeout.InfiniteTimeSpan), due);
        }

        // The clock may have been set forward since the delay was computed.
        if (time.GetUtcNow() >= due)
        {
            Release(key, due);
        }
    }

    /// <summary>Adds a key back after a failure: 20 ms, doubling up to 5 s.</summary>
    public TimeSpan Retry(ObjectKey key)
    {
        TimeSpan delay;
        lock (_gate)
        {
            int failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            delay = FirstRetry * Math.Pow(2, Math.Min(failures, 16));
        }

        delay = delay > LongestRetry ? LongestRetry : delay;
        AddAfter(key, delay);
        return delay;
    }

    public void Forget(ObjectKey key)
    {
        lock (_gate)
        {
            _failures.Remove(key);
        }
    }

    public async ValueTask<ObjectKey> TakeAsync(CancellationToken cancel)
    {
        ObjectKey key = await _ready.Reader.ReadAsync(cancel);
        lock (_gate)
        {
            _dirty.Remove(key);
            _processing.Add(key);
        }

        return key;
    }

    public void Done(ObjectKey key)
    {
        lock (_gate)
        {
            _processing.Remove(key);
            if (_dirty.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach ((ITimer timer, _) in _delayed.Values)
            {
                timer.Dispose();
            }

            _delayed.Clear();
        }
    }

    private void Release(ObjectKey key, DateTimeOffset due)
    {
        lock (_gate)
        {
            if (_delayed.TryGetValue(key, out var waiting) && waiting.Due == due)
            {
                waiting.Timer.Dispose();
                _delayed.Remove(key);
            }
        }

        Add(key);
    }
}
