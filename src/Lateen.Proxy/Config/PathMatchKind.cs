namespace Lateen.Proxy.Config;

/// <summary>How a route compares the path.</summary>
public enum PathMatchKind : byte
{
    Prefix,
    Exact,
    Regex,

    /// <summary>The prefix itself, or the prefix followed by '/'.</summary>
    PathSeparatedPrefix,

    /// <summary>Any CONNECT request, and nothing else; it has no path.</summary>
    Connect,
}
