namespace Lateen.Control.Config;

/// <summary>Where the adapters to the world put what they watch.</summary>
public interface IConfigSink
{
    /// <summary>Adds or replaces an object; kinds the mesh does not use are ignored.</summary>
    void Apply(ResourceKey key, object resource);

    /// <summary>An object that cannot be used; what was valid of it before stays in effect, and its status says why.</summary>
    void Reject(RejectedObject rejected);

    void Remove(ResourceKey key);

    /// <summary>Every initial list is complete; nothing is pushed before, so a restart never shows proxies half a mesh.</summary>
    void MarkSynced();
}
