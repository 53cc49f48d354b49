namespace Lateen.Api.Resources.Ingresses;

using Lateen.Api.Names;

/// <summary>Hosts and paths of an Ingress.</summary>
public sealed record IngressSpec
{
    public string IngressClassName { get; init; } = "";

    public IngressBackend? DefaultBackend { get; init; }

    public ValueList<IngressTls> Tls { get; init; } = [];

    public ValueList<IngressRule> Rules { get; init; } = [];
}
