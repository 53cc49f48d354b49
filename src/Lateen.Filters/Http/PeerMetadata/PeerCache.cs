namespace Lateen.Filters.Http.PeerMetadata;

using System.Collections.Concurrent;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>
/// Peers by the bytes of their header, so that a header is decoded once and not per request. A fixed number of slots; a newcomer takes
/// the slot of whoever was there. Equal peers are one object, because metrics look them up by reference.
/// </summary>
internal sealed class PeerCache
{
    private const int Slots = 1024;
    private const int MaxPeers = 8192;
    private const int MaxHeaderBytes = 16 * 1024;

    private readonly Entry?[] _slots = new Entry?[Slots];
    private readonly ConcurrentDictionary<Peer, Peer> _peers = new();
    private readonly ConcurrentDictionary<string, Peer> _workloads = new(StringComparer.Ordinal);

    public Peer? FromHeader(ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty || header.Length > MaxHeaderBytes)
        {
            return null;
        }

        var hash = default(HashCode);
        hash.AddBytes(header);
        int slot = (int)((uint)hash.ToHashCode() % Slots);
        Entry? entry = Volatile.Read(ref _slots[slot]);
        if (entry is not null && header.SequenceEqual(entry.Header))
        {
            return entry.Peer;
        }

        Peer? peer = PeerMetadataText.DecodeHeader(header);
        peer = peer is null ? null : Intern(peer);
        Volatile.Write(ref _slots[slot], new Entry(header.ToArray(), peer));
        return peer;
    }

    public Peer? FromWorkload(string workload)
    {
        if (workload.Length == 0)
        {
            return null;
        }

        if (_workloads.TryGetValue(workload, out Peer? peer))
        {
            return peer;
        }

        peer = Intern(PeerMetadataText.FromWorkload(workload));
        if (_workloads.Count < MaxPeers)
        {
            _workloads[workload] = peer;
        }

        return peer;
    }

    private Peer Intern(Peer peer)
    {
        if (_peers.TryGetValue(peer, out Peer? same))
        {
            return same;
        }

        return _peers.Count < MaxPeers ? _peers.GetOrAdd(peer, peer) : peer;
    }

    private sealed record Entry(byte[] Header, Peer? Peer);
}
