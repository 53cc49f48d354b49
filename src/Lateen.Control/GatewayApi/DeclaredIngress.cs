namespace Lateen.Control.GatewayApi;

using Lateen.Api.Resources.Ingresses;

/// <summary>An Ingress with the older way of naming its class.</summary>
/// <param name="Spec">Hosts and paths.</param>
/// <param name="ClassAnnotation">Annotation kubernetes.io/ingress.class; empty for none.</param>
internal sealed record DeclaredIngress(IngressSpec Spec, string ClassAnnotation)
{
    public static DeclaredIngress Of(Ingress ingress) =>
        new(ingress.Spec, ingress.Metadata.Annotations.TryGetValue("kubernetes.io/ingress.class", out string? name) ? name : "");
}
