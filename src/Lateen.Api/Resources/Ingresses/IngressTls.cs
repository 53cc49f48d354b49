namespace Lateen.Api.Resources.Ingresses;

using Lateen.Api.Names;

/// <summary>Hosts of an Ingress that want TLS.</summary>
public sealed record IngressTls
{
    public ValueList<string> Hosts { get; init; } = [];

    public string SecretName { get; init; } = "";
}
