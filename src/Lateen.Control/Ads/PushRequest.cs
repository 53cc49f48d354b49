namespace Lateen.Control.Ads;

using System.Collections.Immutable;
using Lateen.Control.Snapshot;

/// <summary>A configuration to bring to a proxy, and why.</summary>
/// <param name="Snapshot">The configuration to converge on.</param>
/// <param name="Full">False when only endpoints changed (the fast path: EDS alone).</param>
/// <param name="ChangedServices">Hosts whose endpoints changed.</param>
/// <param name="RequestedAt">Timestamp of the first change in this push, for the convergence metric.</param>
public sealed record PushRequest(
    MeshSnapshot Snapshot, bool Full, ImmutableHashSet<string> ChangedServices, long RequestedAt)
{
    public static PushRequest Everything(MeshSnapshot snapshot, long requestedAt = 0) =>
        new(snapshot, true, [], requestedAt);

    public static PushRequest Endpoints(MeshSnapshot snapshot, IEnumerable<string> services, long requestedAt = 0) =>
        new(snapshot, false, [.. services], requestedAt);

    /// <summary>The later configuration with the reasons of both: a proxy that is busy never has two pushes waiting.</summary>
    public PushRequest Merge(PushRequest later) => new(
        later.Snapshot.Version >= Snapshot.Version ? later.Snapshot : Snapshot,
        Full || later.Full,
        ChangedServices.Union(later.ChangedServices),
        Math.Min(RequestedAt, later.RequestedAt));
}
