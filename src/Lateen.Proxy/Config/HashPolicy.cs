namespace Lateen.Proxy.Config;

/// <summary>One of the things that a route hashes; several are combined.</summary>
public sealed record HashPolicy(HashSource Source, string Name = "")
{
    /// <summary>When this one gave a hash, the policies behind it are not asked.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>How long a cookie that we make lives; zero for the browser's session. Null: none is made.</summary>
    public TimeSpan? CookieTtl { get; init; }

    public string CookiePath { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> CookieAttributes { get; init; } = [];

    /// <summary>Changes a header's value before it is hashed.</summary>
    public RegexPattern? RewriteRegex { get; init; }

    /// <summary>In .NET syntax ($1).</summary>
    public string RewriteSubstitution { get; init; } = "";
}
