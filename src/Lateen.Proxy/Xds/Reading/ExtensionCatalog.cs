namespace Lateen.Proxy.Xds.Reading;

using System.Collections.Frozen;

/// <summary>
/// What can be plugged in, by protobuf type name (the type URL without its prefix). The tables are filled where the program is
/// composed; there is no registration by side effect.
/// </summary>
public sealed class ExtensionCatalog
{
    public static ExtensionCatalog Empty { get; } = new();

    public FrozenDictionary<string, HttpFilterReader> HttpFilters { get; init; } = FrozenDictionary<string, HttpFilterReader>.Empty;

    /// <summary>Per-route configuration of HTTP filters.</summary>
    public FrozenDictionary<string, RouteFilterReader> RouteFilters { get; init; } = FrozenDictionary<string, RouteFilterReader>.Empty;

    public FrozenDictionary<string, NetworkFilterReader> NetworkFilters { get; init; } =
        FrozenDictionary<string, NetworkFilterReader>.Empty;

    public FrozenDictionary<string, AccessLoggerReader> AccessLoggers { get; init; } =
        FrozenDictionary<string, AccessLoggerReader>.Empty;
}
