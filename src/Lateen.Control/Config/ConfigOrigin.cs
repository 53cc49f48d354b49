namespace Lateen.Control.Config;

/// <summary>Where an object comes from: from its author, or from the conversion of another API.</summary>
public enum ConfigOrigin
{
    Istio,
    GatewayApi,
    Ingress,
}
