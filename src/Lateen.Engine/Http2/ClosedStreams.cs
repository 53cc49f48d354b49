namespace Lateen.Engine.Http2;

internal enum CloseKind : byte
{
    /// <summary>Not among the last ones.</summary>
    Unknown,

    /// <summary>Both sides ended it, or the peer reset it: the peer knows that it is closed.</summary>
    Known,

    /// <summary>We reset it, so that frames of the peer may still be under way.</summary>
    ResetByUs,
}

/// <summary>How the last streams of a connection ended, to tell a late frame from a wrong one (RFC 9113 section 5.1).</summary>
internal sealed class ClosedStreams
{
    private const int Remembered = 128;

    private readonly int[] _ids = new int[Remembered];
    private readonly CloseKind[] _kinds = new CloseKind[Remembered];
    private int _next;

    public void Add(int streamId, CloseKind kind)
    {
        _ids[_next] = streamId;
        _kinds[_next] = kind;
        _next = (_next + 1) % Remembered;
    }

    public CloseKind Find(int streamId)
    {
        int index = _ids.AsSpan().IndexOf(streamId);
        return index < 0 ? CloseKind.Unknown : _kinds[index];
    }
}
