namespace Lateen.Filters.Http.Stats;

using System.Runtime.CompilerServices;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>
/// What decides the labels of a request. Peers and services are compared by reference (equal ones are one object): their records
/// would compare dozens of strings per request. Clusters themselves are no part of it: each configuration change makes new ones.
/// </summary>
internal readonly struct StatsKey(Peer? peer, ClusterService? service, int hostHash, int code, int grpcStatus, ResponseFlags flags)
    : IEquatable<StatsKey>
{
    private readonly Peer? _peer = peer;
    private readonly ClusterService? _service = service;
    private readonly int _hostHash = hostHash;
    private readonly int _code = code;
    private readonly int _grpcStatus = grpcStatus;
    private readonly ResponseFlags _flags = flags;

    public bool Equals(StatsKey other) =>
        ReferenceEquals(_peer, other._peer) && ReferenceEquals(_service, other._service) && _hostHash == other._hostHash
        && _code == other._code && _grpcStatus == other._grpcStatus && _flags == other._flags;

    public override bool Equals(object? obj) => obj is StatsKey other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(
        RuntimeHelpers.GetHashCode(_peer), RuntimeHelpers.GetHashCode(_service), _hostHash, _code, _grpcStatus, (uint)_flags);
}
