namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>How calls are balanced and limited.</summary>
public sealed record TrafficPolicy
{
    [Description("How a workload is chosen for each call.")]
    public LoadBalancerSettings? LoadBalancer { get; init; }

    [Description("Limits on connections and requests.")]
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    [Description("Policies for single ports; they replace the ones above as a whole.")]
    public ValueList<PortTrafficPolicy> PortLevelSettings { get; init; } = [];

    [Description("Ejection of failing workloads.")]
    public OutlierDetection? OutlierDetection { get; init; }

    [Description("TLS towards the workloads. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Tls { get; init; }

    [Description("Tunnelling of TCP connections over HTTP CONNECT.")]
    public TunnelSettings? Tunnel { get; init; }

    [Description("Tells the workloads the client's address by the PROXY protocol at the start of each connection.")]
    public ProxyProtocolSettings? ProxyProtocol { get; init; }

    [Description("A limit on concurrent retries, relative to the requests in flight.")]
    public RetryBudget? RetryBudget { get; init; }
}
