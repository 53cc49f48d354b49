namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>Policies for one port.</summary>
public sealed record PortTrafficPolicy
{
    [Description("The Service's port.")]
    [Required]
    public PortSelector? Port { get; init; }

    [Description("How a workload is chosen for each call.")]
    public LoadBalancerSettings? LoadBalancer { get; init; }

    [Description("Limits on connections and requests.")]
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    [Description("Ejection of failing workloads.")]
    public OutlierDetection? OutlierDetection { get; init; }

    [Description("TLS towards the workloads. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Tls { get; init; }
}
