namespace Lateen.Control.Ads;

/// <summary>The resource types a proxy can subscribe to.</summary>
public enum XdsType
{
    Cluster,
    Endpoint,
    Listener,
    Route,

    /// <summary>Names and addresses for the agent's DNS proxy: one resource, which answers every subscription.</summary>
    NameTable,
}
