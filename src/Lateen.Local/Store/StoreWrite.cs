namespace Lateen.Local.Store;

using System.Text.Json.Nodes;

/// <summary>The answer to a compare-and-swap: what was written, or why not.</summary>
public sealed record StoreWriteResult(StoreWriteStatus Status, StoredObject? Object);

/// <summary>Outcome of a write.</summary>
public enum StoreWriteStatus
{
    Done,
    Exists,
    Missing,
    Conflict,
}

/// <summary>One queued write. A null value deletes; an expected version of 0 means "must not exist".</summary>
internal sealed record StoreWrite(ObjectKey Key, JsonObject? Value, long ExpectedVersion,
    TaskCompletionSource<StoreWriteResult> Done);
