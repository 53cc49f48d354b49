namespace Lateen.Control.Config;

/// <summary>A stored object of the user. It is never changed, so translated resources may be cached under it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="CreatedAt">Decides which of two objects for the same host wins: the older.</param>
/// <param name="Generation">The API server's count of changes to the spec.</param>
/// <param name="Since">Version of the first snapshot that has it in this form.</param>
/// <param name="Spec">What the user wants.</param>
public sealed record ConfigObject<TSpec>(ResourceKey Key, DateTimeOffset CreatedAt, long Generation, long Since, TSpec Spec)
    where TSpec : class
{
    /// <summary>Whether somebody wrote it as it is, or it was converted from another API.</summary>
    public ConfigOrigin Origin { get; init; }

    /// <summary>Of objects for the same host the one of lower rank comes first, whichever is older.</summary>
    public int Rank { get; init; }

    /// <summary>The namespace of the proxies that a converted gateway is for; empty for all.</summary>
    public string ProxyNamespace { get; init; } = "";

    /// <summary>Istio's order among objects that name the same host: oldest first, then by name and namespace.</summary>
    public static int Compare(ConfigObject<TSpec> left, ConfigObject<TSpec> right)
    {
        if (left.Rank != right.Rank)
        {
            return left.Rank.CompareTo(right.Rank);
        }

        int byAge = left.CreatedAt.CompareTo(right.CreatedAt);
        if (byAge != 0)
        {
            return byAge;
        }

        int byName = string.CompareOrdinal(left.Key.Name, right.Key.Name);
        return byName != 0 ? byName : string.CompareOrdinal(left.Key.Namespace, right.Key.Namespace);
    }
}
