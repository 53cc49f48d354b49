namespace Lateen.Api.Names;

using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

/// <summary>An immutable map, equal to another when their entries are; it enumerates in key order, so output is stable.</summary>
[JsonConverter(typeof(ValueCollectionConverters))]
public sealed class ValueMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>, IEquatable<ValueMap<TKey, TValue>>
    where TKey : notnull
{
    private readonly KeyValuePair<TKey, TValue>[] _entries;
    private readonly FrozenDictionary<TKey, TValue> _index;
    private int _hash;

    internal ValueMap(KeyValuePair<TKey, TValue>[] sorted)
    {
        _entries = sorted;
        _index = sorted.ToFrozenDictionary();
    }

    public static ValueMap<TKey, TValue> Empty { get; } = new([]);

    public int Count => _entries.Length;

    public bool IsEmpty => _entries.Length == 0;

    public IEnumerable<TKey> Keys => _entries.Select(static entry => entry.Key);

    public IEnumerable<TValue> Values => _entries.Select(static entry => entry.Value);

    public TValue this[TKey key] => _index[key];

    public bool ContainsKey(TKey key) => _index.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _index.TryGetValue(key, out value);

    public bool Equals(ValueMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Count != other.Count || GetHashCode() != other.GetHashCode())
        {
            return false;
        }

        foreach (KeyValuePair<TKey, TValue> entry in _entries)
        {
            bool same = other.TryGetValue(entry.Key, out TValue? value)
                && EqualityComparer<TValue>.Default.Equals(entry.Value, value);
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ValueMap<TKey, TValue>);

    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            int code = _entries.Length;
            foreach (KeyValuePair<TKey, TValue> entry in _entries)
            {
                code ^= HashCode.Combine(entry.Key, entry.Value);   // order must not matter for keys without an order
            }

            _hash = code == 0 ? 1 : code;
        }

        return _hash;
    }

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<TKey, TValue>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    public override string ToString() => $"{{{string.Join(", ", _entries.Select(e => $"{e.Key}={e.Value}"))}}}";
}
