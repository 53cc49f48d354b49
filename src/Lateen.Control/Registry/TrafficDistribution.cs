namespace Lateen.Control.Registry;

/// <summary>Kubernetes' wish that calls stay near; it takes effect without outlier detection.</summary>
public enum TrafficDistribution
{
    Any,
    PreferClose,
    PreferSameZone,
    PreferSameNode,
}
