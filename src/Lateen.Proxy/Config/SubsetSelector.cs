namespace Lateen.Proxy.Config;

/// <summary>Keys whose values together make subsets. The keys are in order.</summary>
public sealed record SubsetSelector(IReadOnlyList<string> Keys)
{
    /// <summary>Null leaves it to the cluster.</summary>
    public SubsetFallback? Fallback { get; init; }

    /// <summary>For <see cref="SubsetFallback.KeysSubset"/>: the keys that still must match, in order; fewer than <see cref="Keys"/>.</summary>
    public IReadOnlyList<string> FallbackKeys { get; init; } = [];

    /// <summary>Equal for equal sets of keys.</summary>
    internal string KeySet { get; } = string.Join('\n', Keys);
}
