namespace Lateen.Local.Store;

/// <summary>The objects of one resource, ordered by namespace and name as etcd orders keys.</summary>
internal sealed class ObjectCollection
{
    private readonly SortedDictionary<string, SortedDictionary<string, StoredObject>> namespaces = new(StringComparer.Ordinal);

    public StoredObject? Get(string ns, string name)
    {
        return namespaces.TryGetValue(ns, out SortedDictionary<string, StoredObject>? names)
            && names.TryGetValue(name, out StoredObject? found) ? found : null;
    }

    public IReadOnlyList<StoredObject> List(string? ns)
    {
        if (ns is not null)
        {
            return namespaces.TryGetValue(ns, out SortedDictionary<string, StoredObject>? names) ? [.. names.Values] : [];
        }

        return [.. namespaces.Values.SelectMany(names => names.Values)];
    }

    public void Put(StoredObject stored)
    {
        if (!namespaces.TryGetValue(stored.Key.Namespace, out SortedDictionary<string, StoredObject>? names))
        {
            namespaces[stored.Key.Namespace] = names = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        }

        names[stored.Key.Name] = stored;
    }

    public void Remove(ObjectKey key)
    {
        if (namespaces.TryGetValue(key.Namespace, out SortedDictionary<string, StoredObject>? names) && names.Remove(key.Name)
            && names.Count == 0)
        {
            namespaces.Remove(key.Namespace);
        }
    }
}
