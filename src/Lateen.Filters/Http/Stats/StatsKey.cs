namespace Lateen.Filters.Http.Stats;

using System.Runtime.CompilerServices;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>
/// What decides the labels of a request. Peers and clusters are compared by reference: their records would compare dozens of
/// strings per request.
/// </summary>
internal readonly struct StatsKey(Peer? peer, ClusterConfig? cluster, int hostHash, int code, int grpcStatus, ResponseFlags flags)
    : IEquatable<StatsKey>
{
    private readonly Peer? _peer = peer;
    private readonly ClusterConfig? _cluster = cluster;
    private readonly int _hostHash = hostHash;
    private readonly int _code = code;
    private readonly int _grpcStatus = grpcStatus;
    private readonly ResponseFlags _flags = flags;

    public bool Equals(StatsKey other) =>
        ReferenceEquals(_peer, other._peer) && ReferenceEquals(_cluster, other._cluster) && _hostHash == other._hostHash
        && _code == other._code && _grpcStatus == other._grpcStatus && _flags == other._flags;

    public override bool Equals(object? obj) => obj is StatsKey other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(
        RuntimeHelpers.GetHashCode(_peer), RuntimeHelpers.GetHashCode(_cluster), _hostHash, _code, _grpcStatus, (uint)_flags);
}
