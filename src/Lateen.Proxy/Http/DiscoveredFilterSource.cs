namespace Lateen.Proxy.Http;

/// <summary>
/// What a filter's configuration is at the moment, by its name in extension config discovery. Replaced by one reference, so an
/// update concerns the next request and drains nothing.
/// </summary>
internal sealed class DiscoveredFilterSource(string name)
{
    private volatile HttpFilterFactory? _current;

    public string Name => name;

    /// <summary>Protobuf type names that the listeners allow; a configuration of another type is refused.</summary>
    public HashSet<string> AllowedTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>Null before one arrived and after it was taken away.</summary>
    public HttpFilterFactory? Current
    {
        get => _current;
        set => _current = value;
    }
}
