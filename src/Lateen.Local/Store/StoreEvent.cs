namespace Lateen.Local.Store;

/// <summary>
/// One committed change. Previous is null for a creation; for a deletion Current is the last state with the new version.
/// </summary>
public sealed record StoreEvent(StoreEventKind Kind, StoredObject Current, StoredObject? Previous)
{
    public long ResourceVersion => Current.ResourceVersion;
}

/// <summary>What happened to the object.</summary>
public enum StoreEventKind
{
    Added,
    Modified,
    Deleted,
}
