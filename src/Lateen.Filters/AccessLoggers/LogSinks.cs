namespace Lateen.Filters.AccessLoggers;

using Lateen.Proxy.Stats;

/// <summary>The open log files by path; every logger of a path shares one sink, across configuration changes.</summary>
internal sealed class LogSinks(StatsStore stats, Func<string, Stream>? open = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<string, Stream> _open = open ?? OpenStream;
    private readonly Dictionary<string, LogSink> _byPath = new(StringComparer.Ordinal);

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be opened.</exception>
    public LogSink Open(string path)
    {
        lock (_lock)
        {
            if (_byPath.TryGetValue(path, out LogSink? sink))
            {
                return sink;
            }

            sink = new LogSink(path, _open(path), stats);
            _byPath.Add(path, sink);
            return sink;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (LogSink sink in _byPath.Values)
            {
                sink.Dispose();
            }

            _byPath.Clear();
        }
    }

    // /dev/stdout is not reopened by name: that fails when it is a socket or belongs to another user.
    private static Stream OpenStream(string path) => path switch
    {
        "/dev/stdout" => Console.OpenStandardOutput(),
        "/dev/stderr" => Console.OpenStandardError(),
        _ => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
    };
}
