namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Routing;

/// <summary>
/// A stream's way through the filters: requests in order, responses in reverse. Keeps where a request is paused, what filters put in the
/// place of body bytes, and the filters' own objects. Re-used with the stream.
/// </summary>
internal sealed class StreamFilters
{
    private readonly ActiveStream _stream;
    private readonly HttpFilter[] _filters;
    private readonly object?[] _states;
    private BodyReplacement? _replacement;
    private PauseTimer? _pauseTimer;
    private int _pausedAt = -1;

    public StreamFilters(ActiveStream stream, ConnectionManager manager)
    {
        _stream = stream;
        _filters = manager.Filters;
        MayChangeProtocol = manager.FiltersChangeProtocol;
        _states = new object?[manager.StateSlots];
    }

    /// <summary>A filter may have turned the request into gRPC.</summary>
    public bool MayChangeProtocol { get; }

    /// <summary>A filter holds the request.</summary>
    public bool IsPaused => _pausedAt >= 0;

    public ref object? StateSlot(HttpFilter filter) => ref _states[filter.Slot];

    public void PauseFor(TimeSpan delay) =>
        _stream.Loop.Arm(_pauseTimer ??= new PauseTimer(_stream), Math.Max(0, (long)delay.TotalMicroseconds));

    public void ReplaceBody(ReadOnlySpan<byte> bytes) => (_replacement ??= new BodyReplacement()).Set(bytes);

    /// <summary>False when a filter has paused the request or answered it.</summary>
    public bool OnRequestHeaders(bool endStream, int from = 0)
    {
        Route? route = _stream.Route;
        HttpFilter[] filters = _filters;
        for (int i = from; i < filters.Length; i++)
        {
            HttpFilter filter = filters[i];
            if ((route is null || !route.IsDisabled(filter.Name)) && !Goes(filter.OnRequestHeaders(_stream, endStream), i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes on behind the filter that paused; true when all are done with the request's head.</summary>
    public bool Resume(bool endStream)
    {
        int at = _pausedAt;
        _pausedAt = -1;
        return Goes(_filters[at].OnResume(_stream), at) && OnRequestHeaders(endStream, at + 1);
    }

    /// <summary>False when a filter has answered.</summary>
    public bool OnRequestData(ref ReadOnlySpan<byte> data, bool endStream)
    {
        foreach (HttpFilter filter in _filters)
        {
            if (filter.OnRequestData(_stream, data, endStream) is FilterStatus.Responded || _stream.IsComplete)
            {
                return false;
            }

            data = Replaced(data);
        }

        return true;
    }

    public void OnRequestTrailers(HeaderMap trailers)
    {
        foreach (HttpFilter filter in _filters)
        {
            filter.OnRequestTrailers(_stream, trailers);
        }
    }

    public void OnResponseHeaders(bool endStream)
    {
        Route? route = _stream.Route;
        HttpFilter[] filters = _filters;
        for (int i = filters.Length - 1; i >= 0; i--)
        {
            HttpFilter filter = filters[i];
            if (route is null || !route.IsDisabled(filter.Name))
            {
                filter.OnResponseHeaders(_stream, endStream);
            }
        }
    }

    public ReadOnlySpan<byte> OnResponseData(ReadOnlySpan<byte> data, bool endStream)
    {
        HttpFilter[] filters = _filters;
        for (int i = filters.Length - 1; i >= 0; i--)
        {
            filters[i].OnResponseData(_stream, data, endStream);
            data = Replaced(data);
        }

        return data;
    }

    /// <summary>True when a filter has made body bytes of the trailers: they end the response.</summary>
    public bool OnResponseTrailers(HeaderMap trailers, out ReadOnlySpan<byte> last)
    {
        HttpFilter[] filters = _filters;
        for (int i = filters.Length - 1; i >= 0; i--)
        {
            filters[i].OnResponseTrailers(_stream, trailers);
        }

        last = default;
        return _replacement is not null && _replacement.TryTake(out last);
    }

    /// <summary>The stream has ended; nothing resumes any more.</summary>
    public void OnComplete()
    {
        Stop();
        foreach (HttpFilter filter in _filters)
        {
            filter.OnStreamComplete(_stream);
        }
    }

    /// <summary>Ends a pause for good.</summary>
    public void Stop()
    {
        _pausedAt = -1;
        if (_pauseTimer is { IsArmed: true })
        {
            _stream.Loop.Disarm(_pauseTimer);
        }
    }

    public void Clear() => _replacement?.Clear();

    private ReadOnlySpan<byte> Replaced(ReadOnlySpan<byte> data) => _replacement is null ? data : _replacement.After(data);

    private bool Goes(FilterStatus status, int at)
    {
        bool open = !_stream.ResponseStarted && !_stream.IsComplete;
        if (status is FilterStatus.Paused && open)
        {
            _pausedAt = at;
            _stream.OnFilterPaused();
        }

        return status is FilterStatus.Continue && open;
    }

    private sealed class PauseTimer(ActiveStream stream) : LoopTimer
    {
        public override void OnFire() => stream.Resume();
    }
}
