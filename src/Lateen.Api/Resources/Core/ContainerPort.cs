namespace Lateen.Api.Resources.Core;

using System.Text.Json.Serialization;

/// <summary>A port of a container.</summary>
public sealed record ContainerPort
{
    public string Name { get; init; } = "";

    [JsonPropertyName("containerPort")]
    public int ContainerPortNumber { get; init; }

    public string Protocol { get; init; } = "";
}
