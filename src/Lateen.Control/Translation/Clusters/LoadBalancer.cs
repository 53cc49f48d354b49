namespace Lateen.Control.Translation.Clusters;

/// <summary>The simple load balancers of a destination rule; unspecified means least request.</summary>
public enum LoadBalancer
{
    Unspecified,
    LeastRequest,
    RoundRobin,
    Random,
    Passthrough,
}
