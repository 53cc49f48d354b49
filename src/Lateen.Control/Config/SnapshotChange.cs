namespace Lateen.Control.Config;

using System.Collections.Immutable;
using Lateen.Control.Snapshot;

/// <summary>A new snapshot and what it changes.</summary>
/// <param name="Snapshot">The configuration.</param>
/// <param name="Full">True when more than endpoints changed.</param>
/// <param name="ChangedServices">Hosts whose endpoints changed.</param>
public sealed record SnapshotChange(MeshSnapshot Snapshot, bool Full, ImmutableHashSet<string> ChangedServices)
{
    public bool IsEmpty => !Full && ChangedServices.Count == 0;
}
