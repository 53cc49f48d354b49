namespace Lateen.Api.Names;

/// <summary>Makes <see cref="ValueMap{TKey, TValue}"/>s; a key given twice keeps its last value.</summary>
public static class ValueMap
{
    public static ValueMap<TKey, TValue> Create<TKey, TValue>(params ReadOnlySpan<(TKey Key, TValue Value)> entries)
        where TKey : notnull
    {
        var pairs = new Dictionary<TKey, TValue>(entries.Length);
        foreach ((TKey key, TValue value) in entries)
        {
            pairs[key] = value;
        }

        return Sorted(pairs);
    }

    public static ValueMap<TKey, TValue> ToValueMap<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> entries)
        where TKey : notnull
    {
        if (entries is ValueMap<TKey, TValue> already)
        {
            return already;
        }

        var pairs = new Dictionary<TKey, TValue>();
        foreach (KeyValuePair<TKey, TValue> entry in entries)
        {
            pairs[entry.Key] = entry.Value;
        }

        return Sorted(pairs);
    }

    private static ValueMap<TKey, TValue> Sorted<TKey, TValue>(Dictionary<TKey, TValue> pairs)
        where TKey : notnull
    {
        if (pairs.Count == 0)
        {
            return ValueMap<TKey, TValue>.Empty;
        }

        KeyValuePair<TKey, TValue>[] entries = [.. pairs];
        if (entries is KeyValuePair<string, TValue>[] byText)
        {
            // Ordinal: the order must not depend on the machine's culture.
            Array.Sort(byText, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        }
        else if (typeof(IComparable<TKey>).IsAssignableFrom(typeof(TKey)))
        {
            Array.Sort(entries, static (a, b) => Comparer<TKey>.Default.Compare(a.Key, b.Key));
        }

        return new ValueMap<TKey, TValue>(entries);
    }
}
