namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;

/// <summary>
/// Stands in a chain for a filter whose configuration comes on its own. A stream keeps the filter it began with; without any
/// configuration it is answered with 500 and NFCF.
/// </summary>
internal sealed class DiscoveredHttpFilter(DiscoveredFilterFactory factory, FilterContext context) : HttpFilter
{
    private readonly Lock _building = new();
    private volatile Built? _built;

    /// <summary>The slot of the inner filter's own state, next to this one's.</summary>
    public int InnerSlot { get; set; }

    /// <summary>Whatever comes in its place may.</summary>
    public override bool ChangesProtocol => true;

    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        HttpFilter? inner = Newest();
        stream.State<Choice>(this).Filter = inner;
        return inner is null
            ? stream.Respond(500, ResponseFlags.NoFilterConfigFound, "no_filter_config_found", default)
            : inner.OnRequestHeaders(stream, endStream);
    }

    public override FilterStatus OnRequestData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream) =>
        Chosen(stream)?.OnRequestData(stream, data, endStream) ?? FilterStatus.Continue;

    public override FilterStatus OnRequestTrailers(HttpStream stream, HeaderMap trailers) =>
        Chosen(stream)?.OnRequestTrailers(stream, trailers) ?? FilterStatus.Continue;

    public override void OnResponseHeaders(HttpStream stream, bool endStream) => Chosen(stream)?.OnResponseHeaders(stream, endStream);

    public override void OnResponseData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream) =>
        Chosen(stream)?.OnResponseData(stream, data, endStream);

    public override void OnResponseTrailers(HttpStream stream, HeaderMap trailers) =>
        Chosen(stream)?.OnResponseTrailers(stream, trailers);

    public override FilterStatus OnResume(HttpStream stream) => Chosen(stream)?.OnResume(stream) ?? FilterStatus.Continue;

    public override void OnStreamComplete(HttpStream stream)
    {
        Chosen(stream)?.OnStreamComplete(stream);
        stream.State<Choice>(this).Filter = null;
    }

    private HttpFilter? Chosen(HttpStream stream) => stream.State<Choice>(this).Filter;

    // Built once per update, by whichever worker meets it first.
    private HttpFilter? Newest()
    {
        HttpFilterFactory? wanted = factory.Current;
        if (wanted is null)
        {
            return null;
        }

        return _built is { } built && ReferenceEquals(built.From, wanted) ? built.Filter : Build(wanted);
    }

    private HttpFilter Build(HttpFilterFactory wanted)
    {
        lock (_building)
        {
            if (_built is { } built && ReferenceEquals(built.From, wanted))
            {
                return built.Filter;
            }

            HttpFilter filter = wanted.Create(context);
            filter.Slot = InnerSlot;
            filter.Name = factory.Name;
            _built = new Built(wanted, filter);
            return filter;
        }
    }

    private sealed record Built(HttpFilterFactory From, HttpFilter Filter);

    private sealed class Choice
    {
        public HttpFilter? Filter { get; set; }
    }
}
