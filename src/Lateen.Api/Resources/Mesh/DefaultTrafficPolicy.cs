namespace Lateen.Api.Resources.Mesh;

using System.ComponentModel;
using Lateen.Api.Resources.Networking;

/// <summary>Policies of services whose DestinationRule has none of the kind.</summary>
public sealed record DefaultTrafficPolicy
{
    [Description("Limits on connections and requests.")]
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    [Description("Ejection of failing workloads.")]
    public OutlierDetection? OutlierDetection { get; init; }
}
