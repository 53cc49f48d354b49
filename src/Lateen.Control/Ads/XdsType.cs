namespace Lateen.Control.Ads;

/// <summary>The resource types a proxy can subscribe to.</summary>
public enum XdsType
{
    Cluster,
    Endpoint,
    Listener,
    Route,
}
