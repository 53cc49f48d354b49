namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>A gateway as its owner wrote it, with the metadata that counts.</summary>
/// <param name="Spec">The listeners.</param>
/// <param name="Labels">Labels of the object.</param>
/// <param name="Annotations">Annotations of the object.</param>
/// <param name="Uid">Owner of what is created for it.</param>
internal sealed record DeclaredGateway(
    KubeGatewaySpec Spec, ValueMap<string, string> Labels, ValueMap<string, string> Annotations, string Uid);
