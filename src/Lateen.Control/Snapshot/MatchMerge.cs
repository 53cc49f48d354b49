namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>Joins the conditions of a rule with those of the delegate's rule in its place; Istio's rules of what fits.</summary>
internal static class MatchMerge
{
    /// <summary>Every condition of the delegate within the root's; null when one of them is outside.</summary>
    public static ValueList<HttpMatchRequest>? Within(ValueList<HttpMatchRequest> root, ValueList<HttpMatchRequest> leaf)
    {
        if (root.Count == 0 || leaf.Count == 0)
        {
            return root.Count == 0 ? leaf : root;
        }

        List<HttpMatchRequest> merged = [];
        foreach (HttpMatchRequest inner in leaf)
        {
            int before = merged.Count;
            merged.AddRange(root.Where(outer => !Conflicts(outer, inner)).Select(outer => Merge(outer, inner)));
            if (merged.Count == before)
            {
                return null;
            }
        }

        return merged.ToValueList();
    }

    private static HttpMatchRequest Merge(HttpMatchRequest root, HttpMatchRequest leaf) => new()
    {
        Name = Delegation.Joined(root.Name, leaf.Name),
        Uri = leaf.Uri ?? root.Uri,
        Scheme = leaf.Scheme ?? root.Scheme,
        Method = leaf.Method ?? root.Method,
        Authority = leaf.Authority ?? root.Authority,
        Headers = Merge(root.Headers, leaf.Headers),
        WithoutHeaders = Merge(root.WithoutHeaders, leaf.WithoutHeaders),
        QueryParams = Merge(root.QueryParams, leaf.QueryParams),
        Port = leaf.Port ?? root.Port,
        SourceLabels = Merge(root.SourceLabels, leaf.SourceLabels),
        SourceNamespace = leaf.SourceNamespace.Length > 0 ? leaf.SourceNamespace : root.SourceNamespace,
        Gateways = leaf.Gateways.Count > 0 ? leaf.Gateways : root.Gateways,
        IgnoreUriCase = root.IgnoreUriCase,
        StatPrefix = leaf.StatPrefix ?? root.StatPrefix,
    };

    private static ValueMap<string, TValue> Merge<TValue>(ValueMap<string, TValue> root, ValueMap<string, TValue> leaf)
    {
        Dictionary<string, TValue> merged = new(root, StringComparer.Ordinal);
        foreach ((string key, TValue value) in leaf)
        {
            merged[key] = value;
        }

        return merged.ToValueMap();
    }

    private static bool Conflicts(HttpMatchRequest root, HttpMatchRequest leaf) =>
        Conflicts(root.Uri, leaf.Uri)
        || Conflicts(root.Scheme, leaf.Scheme)
        || Conflicts(root.Method, leaf.Method)
        || Conflicts(root.Authority, leaf.Authority)
        || Conflicts(root.Headers, leaf.Headers)
        || Conflicts(root.WithoutHeaders, leaf.WithoutHeaders)
        || Conflicts(root.QueryParams, leaf.QueryParams)
        || root.IgnoreUriCase != leaf.IgnoreUriCase
        || (root.Port is not null && leaf.Port is not null && root.Port != leaf.Port)
        || root.SourceLabels.Any(label => leaf.SourceLabels.TryGetValue(label.Key, out string? value) && value != label.Value)
        || (root.SourceNamespace.Length > 0 && leaf.SourceNamespace.Length > 0 && root.SourceNamespace != leaf.SourceNamespace)
        || (root.Gateways.Count > 0 && leaf.Gateways.Any(gateway => !root.Gateways.Contains(gateway)));

    private static bool Conflicts(ValueMap<string, StringMatch> root, ValueMap<string, StringMatch> leaf) =>
        root.Any(condition => leaf.TryGetValue(condition.Key, out StringMatch? inner) && Conflicts(condition.Value, inner));

    // Two expressions cannot be compared, so with one the other side may say nothing.
    private static bool Conflicts(StringMatch? root, StringMatch? leaf) => (root, leaf) switch
    {
        (null, _) or (_, null) => false,
        ({ Regex: not null }, _) or (_, { Regex: not null }) => root != leaf,
        ({ Exact: { } exact }, _) => leaf.Exact != exact,
        ({ Prefix: { } prefix }, _) => !(leaf.Prefix ?? leaf.Exact ?? "").StartsWith(prefix, StringComparison.Ordinal),
        _ => false,
    };
}
