namespace Lateen.Proxy.Config;

/// <summary>Answers with a redirect. Empty parts keep what the request had.</summary>
public sealed record RedirectAction : RouteAction
{
    public int Status { get; init; } = 301;

    public string Scheme { get; init; } = "";

    public string Host { get; init; } = "";

    /// <summary>0 keeps the port (or drops it when the scheme changes and it was the default one).</summary>
    public int Port { get; init; }

    public string Path { get; init; } = "";

    public string? PrefixRewrite { get; init; }

    public RegexPattern? RewriteRegex { get; init; }

    /// <summary>In .NET syntax ($1).</summary>
    public string RewriteSubstitution { get; init; } = "";

    public bool StripQuery { get; init; }
}
