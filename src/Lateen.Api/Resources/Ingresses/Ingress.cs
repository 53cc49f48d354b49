namespace Lateen.Api.Resources.Ingresses;

/// <summary>A Kubernetes Ingress, as far as the mesh reads it.</summary>
public sealed record Ingress
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public IngressSpec Spec { get; init; } = new();
}
