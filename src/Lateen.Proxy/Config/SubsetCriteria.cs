namespace Lateen.Proxy.Config;

using System.Collections.Concurrent;

/// <summary>Metadata that a host must have (metadata_match, filter envoy.lb). Built once per route; asking costs nothing.</summary>
public sealed class SubsetCriteria
{
    private readonly ConcurrentDictionary<IReadOnlyList<string>, SubsetCriteria> _reduced = new();
    private readonly KeyValuePair<string, string>[] _values;

    /// <param name="values">Keys and values as <see cref="LbMetadata"/> writes them.</param>
    public SubsetCriteria(IEnumerable<KeyValuePair<string, string>> values)
    {
        _values = [.. values.OrderBy(static v => v.Key, StringComparer.Ordinal)];
        Key = string.Join('\n', _values.Select(static v => $"{v.Key}={v.Value}"));
        KeySet = string.Join('\n', _values.Select(static v => v.Key));
    }

    /// <summary>In order of the keys.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>Equal for equal criteria.</summary>
    internal string Key { get; }

    internal string KeySet { get; }

    /// <summary>These criteria, and the others where they name a key that these do not.</summary>
    public SubsetCriteria Over(SubsetCriteria? others) => others is null
        ? this
        : new SubsetCriteria(_values.Concat(others._values).DistinctBy(static v => v.Key));

    /// <summary>Only some of the keys.</summary>
    internal SubsetCriteria Reduce(IReadOnlyList<string> keys) =>
        _reduced.TryGetValue(keys, out SubsetCriteria? reduced) ? reduced : Remember(keys);

    // Apart, because the closure would be made even when it is not needed.
    private SubsetCriteria Remember(IReadOnlyList<string> keys) =>
        _reduced.GetOrAdd(keys, new SubsetCriteria(_values.Where(v => keys.Contains(v.Key))));
}
