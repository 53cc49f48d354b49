namespace Lateen.Control.Ads;

/// <summary>What is known of one resource type on one proxy.</summary>
public sealed record TypeStatus(
    XdsType Type,
    SyncState State,
    string NonceSent,
    string NonceAcked,
    string NonceNacked,
    DateTimeOffset? LastSent,
    DateTimeOffset? LastAnswered,
    string? Error,
    int Resources)
{
    /// <summary>Paths of the objects that the refused resources came from; empty where that cannot be told.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
