namespace Lateen.Proxy.Http;

/// <summary>What a filter wants to happen next.</summary>
public enum FilterStatus : byte
{
    /// <summary>Go on with the next filter.</summary>
    Continue,

    /// <summary>
    /// Stop here until <see cref="HttpStream.Resume"/> or the pause ends; then <see cref="HttpFilter.OnResume"/> is called.
    /// </summary>
    Paused,

    /// <summary>A local reply was sent; the request goes no further.</summary>
    Responded,
}
