namespace Lateen.Engine.Http2;

/// <summary>Streams of a thread's connections that are over, kept for the next.</summary>
internal static class Http2StreamPool<T>
    where T : Http2Stream, new()
{
    private const int Limit = 1024;

    // A head near its limit has grown the arena; such streams are left to the collector.
    private const int LargestArenaBytes = 16 * 1024;

    [ThreadStatic]
    private static Stack<T>? _free;

    public static T Rent() => _free is not null && _free.TryPop(out T? stream) ? stream : new T();

    public static void Return(T stream)
    {
        _free ??= new Stack<T>();
        if (_free.Count < Limit && stream.Headers.ArenaBytes <= LargestArenaBytes)
        {
            _free.Push(stream);
        }
    }
}
