namespace Lateen.Api.Names;

/// <summary>Whether a cluster is reached by leaving the workload or by entering it.</summary>
public enum ClusterDirection
{
    Outbound,
    Inbound,
}
