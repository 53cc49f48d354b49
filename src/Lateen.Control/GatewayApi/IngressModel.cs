namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>What Ingresses mean in Istio's terms.</summary>
/// <param name="Gateways">The server of the ingress gateway, when there is an Ingress.</param>
/// <param name="VirtualServices">One for each host.</param>
/// <param name="Served">Ingresses that are served, which get the gateway's address.</param>
internal sealed record IngressModel(
    ValueList<ConfigObject<GatewaySpec>> Gateways,
    ValueList<ConfigObject<VirtualServiceSpec>> VirtualServices,
    ValueList<ResourceKey> Served);
