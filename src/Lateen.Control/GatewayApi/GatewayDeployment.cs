namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Control.Config;

/// <summary>What a gateway needs to run.</summary>
/// <param name="Gateway">The gateway that owns it all.</param>
/// <param name="Uid">Its identity.</param>
/// <param name="Name">Name of Deployment and Service.</param>
/// <param name="ServiceAccount">Name of the ServiceAccount.</param>
/// <param name="ClassName">Class of the gateway.</param>
/// <param name="ServiceType">LoadBalancer unless the gateway's annotation says otherwise.</param>
/// <param name="LoadBalancerIp">An address that was asked for, or empty.</param>
/// <param name="Ports">Ports of the Service.</param>
/// <param name="Labels">Labels of everything.</param>
/// <param name="Annotations">Annotations of everything.</param>
/// <param name="Revision">The revision that injects the pods; empty for the default.</param>
public sealed record GatewayDeployment(
    ResourceKey Gateway,
    string Uid,
    string Name,
    string ServiceAccount,
    string ClassName,
    string ServiceType,
    string LoadBalancerIp,
    ValueList<GatewayServicePort> Ports,
    ValueMap<string, string> Labels,
    ValueMap<string, string> Annotations,
    string Revision);
