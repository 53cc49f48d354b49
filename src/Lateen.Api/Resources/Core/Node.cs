namespace Lateen.Api.Resources.Core;

/// <summary>A node; the mesh reads only its labels.</summary>
public sealed record Node
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();
}
