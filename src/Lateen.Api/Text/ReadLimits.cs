namespace Lateen.Api.Text;

/// <summary>Bounds on a text, so that a hostile one cannot exhaust the reader.</summary>
public sealed record ReadLimits
{
    /// <summary>Kubernetes' own limit on a request body is 3 MiB.</summary>
    public int MaxBytes { get; init; } = 3 * 1024 * 1024;

    public int MaxDepth { get; init; } = 100;

    public int MaxNodes { get; init; } = 500_000;

    /// <summary>Nodes that aliases may add; small, because a few nested aliases multiply without end.</summary>
    public int MaxAliasNodes { get; init; } = 10_000;

    public static ReadLimits Default { get; } = new();
}
