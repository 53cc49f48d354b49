namespace Lateen.Control.Ads;

/// <summary>Whether a proxy has accepted the last configuration of a type (the words of `proxy-status`).</summary>
public enum SyncState
{
    NotSent,
    Stale,
    Synced,
    Rejected,
}
