namespace Lateen.Proxy.Http;

/// <summary>A filter whose configuration is named here and comes on its own (extension config discovery).</summary>
internal sealed class DiscoveredFilterFactory(
    string name, DiscoveredFilterSource source, HttpFilterFactory? whenAbsent, bool serveDefaultAtOnce, TimeSpan fetchTimeout)
    : HttpFilterFactory
{
    public override string Name => name;

    public DiscoveredFilterSource Source => source;

    /// <summary>True when the default configuration may serve before the real one was asked for.</summary>
    public bool ServeDefaultAtOnce => serveDefaultAtOnce && whenAbsent is not null;

    public TimeSpan FetchTimeout => fetchTimeout;

    public HttpFilterFactory? Current => source.Current ?? whenAbsent;

    public override HttpFilter Create(FilterContext context) => new DiscoveredHttpFilter(this, context);
}
