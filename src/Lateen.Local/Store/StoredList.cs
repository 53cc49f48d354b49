namespace Lateen.Local.Store;

/// <summary>A consistent list and the version it was taken at.</summary>
public sealed record StoredList(IReadOnlyList<StoredObject> Items, long ResourceVersion);
