namespace Lateen.Api.Resources.Core;

/// <summary>A Kubernetes Service, as far as the mesh reads it.</summary>
public sealed record Service
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public ServiceSpec Spec { get; init; } = new();

    public ServiceStatus? Status { get; init; }
}
