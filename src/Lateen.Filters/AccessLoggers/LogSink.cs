namespace Lateen.Filters.AccessLoggers;

using Lateen.Proxy.Stats;

/// <summary>
/// A log file with a thread of its own. Workers put entries into a bounded ring each and never wait: when a ring is full, because
/// the reader of the log is slow, entries are dropped and counted.
/// </summary>
internal sealed class LogSink : IDisposable
{
    private const int RingBytes = 256 * 1024;

    // Entries of a burst are written together; short enough that `kubectl logs -f` feels immediate.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    [ThreadStatic]
    private static Dictionary<LogSink, LogRing>? s_rings;

    private readonly Lock _lock = new();
    private readonly Stream _output;
    private readonly Counter _dropped;
    private readonly Counter _writeErrors;
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEvent _stop = new(false);
    private readonly Thread _thread;
    private LogRing[] _rings = [];
    private int _signalled;

    public LogSink(string path, Stream output, StatsStore stats)
    {
        _output = output;
        _dropped = stats.Counter("filesystem.access_log_dropped");
        _writeErrors = stats.Counter("filesystem.write_failed");
        _thread = new Thread(Run) { IsBackground = true, Name = $"access log {path}" };
        _thread.Start();
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        LogRing ring = RingOfThread();
        if (!ring.TryAppend(entry))
        {
            _dropped.Increment();
            return;
        }

        // One wake per gathering, not per entry: the event costs a system call.
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _wake.Set();
        _thread.Join();
        _output.Flush();
    }

    private LogRing RingOfThread()
    {
        s_rings ??= [];
        if (s_rings.TryGetValue(this, out LogRing? ring))
        {
            return ring;
        }

        ring = new LogRing(RingBytes);
        s_rings.Add(this, ring);
        lock (_lock)
        {
            _rings = [.. _rings, ring];
        }

        return ring;
    }

    private void Run()
    {
        bool stopping = false;
        while (!stopping)
        {
            _wake.WaitOne();
            stopping = _stop.WaitOne(Gathering);
            Volatile.Write(ref _signalled, 0);
            Drain();
        }
    }

    private void Drain()
    {
        try
        {
            foreach (LogRing ring in Volatile.Read(ref _rings))
            {
                ring.DrainTo(_output);
            }

            _output.Flush();
        }
        catch (IOException)
        {
            // A full disk or a closed pipe must not end the proxy; the entries stay in the ring and newer ones are dropped.
            _writeErrors.Increment();
        }
    }
}
