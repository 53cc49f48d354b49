namespace Lateen.Control.Config;

using Lateen.Api.Resources;

/// <summary>The objects of one kind; an update that leaves the spec as it was keeps the object and its age.</summary>
internal sealed class RuleTable<TSpec>
    where TSpec : class
{
    // Not yet part of a snapshot; Take gives these the version they first appear in.
    private const long NotYet = 0;

    private readonly Dictionary<ResourceKey, ConfigObject<TSpec>> objects = [];

    public bool Store(ResourceKey key, ObjectMeta metadata, TSpec spec)
    {
        DateTimeOffset created = metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch;
        if (objects.TryGetValue(key, out ConfigObject<TSpec>? earlier)
            && earlier.CreatedAt == created && EqualityComparer<TSpec>.Default.Equals(earlier.Spec, spec))
        {
            return false;
        }

        objects[key] = new ConfigObject<TSpec>(key, created, metadata.Generation, NotYet, spec);
        return true;
    }

    public bool Remove(ResourceKey key) => objects.Remove(key);

    public IReadOnlyList<ConfigObject<TSpec>> Take(long version)
    {
        foreach ((ResourceKey key, ConfigObject<TSpec> each) in objects.Where(pair => pair.Value.Since == NotYet).ToList())
        {
            objects[key] = each with { Since = version };
        }

        return [.. objects.Values];
    }
}
