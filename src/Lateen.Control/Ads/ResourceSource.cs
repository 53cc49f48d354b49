namespace Lateen.Control.Ads;

using Lateen.Control.Snapshot;

/// <summary>Translates what a session asks for: all resources of a type, or those of the given names that exist.</summary>
public delegate IReadOnlyList<EncodedResource> ResourceSource(
    MeshSnapshot snapshot, XdsType type, IReadOnlyCollection<string>? names);
