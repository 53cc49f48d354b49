namespace Lateen.Api.Resources.Core;

/// <summary>A pod, as far as the mesh reads it.</summary>
public sealed record Pod
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public PodSpec Spec { get; init; } = new();

    public PodStatus Status { get; init; } = new();
}
