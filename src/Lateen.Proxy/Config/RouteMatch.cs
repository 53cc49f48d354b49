namespace Lateen.Proxy.Config;

/// <summary>What a request must look like to take a route. The path is matched without its query.</summary>
public sealed record RouteMatch
{
    public PathMatchKind PathKind { get; init; } = PathMatchKind.Prefix;

    /// <summary>The exact path or the prefix; unused for a regular expression.</summary>
    public string Path { get; init; } = "/";

    public RegexPattern? PathRegex { get; init; }

    public bool IgnoreCase { get; init; }

    public IReadOnlyList<HeaderMatcher> Headers { get; init; } = [];

    public IReadOnlyList<QueryParameterMatcher> QueryParameters { get; init; } = [];

    public FractionalShare? Share { get; init; }

    public bool GrpcOnly { get; init; }
}
