namespace Lateen.Local.Store;

using System.Text.Json.Nodes;

/// <summary>One version of an object: shared, never modified, with the bytes that are sent and stored.</summary>
public sealed record StoredObject(ObjectKey Key, JsonObject Value, byte[] Json, long ResourceVersion);
