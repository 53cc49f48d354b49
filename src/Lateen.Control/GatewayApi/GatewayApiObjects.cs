namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Ingresses;
using Lateen.Control.Config;

/// <summary>The objects of the Kubernetes Gateway API and of Ingress, oldest first, as one conversion reads them.</summary>
internal sealed record GatewayApiObjects
{
    public required IReadOnlyList<ConfigObject<GatewayClassSpec>> Classes { get; init; }

    public required IReadOnlyList<ConfigObject<DeclaredGateway>> Gateways { get; init; }

    public required IReadOnlyList<ConfigObject<DeclaredRoute>> Routes { get; init; }

    public required IReadOnlyList<ConfigObject<ReferenceGrantSpec>> Grants { get; init; }

    public required IReadOnlyList<ConfigObject<DeclaredIngress>> Ingresses { get; init; }

    public required IReadOnlyList<ConfigObject<IngressClassSpec>> IngressClasses { get; init; }

    /// <summary>Labels of namespaces.</summary>
    public required IReadOnlyDictionary<string, ValueMap<string, string>> Namespaces { get; init; }

    public required IReadOnlyDictionary<(string Namespace, string Name), ServiceFacts> Services { get; init; }
}
