namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>A container, as far as the mesh reads it.</summary>
public sealed record Container
{
    public string Name { get; init; } = "";

    public string Image { get; init; } = "";

    public string RestartPolicy { get; init; } = "";

    public ValueList<ContainerPort> Ports { get; init; } = [];
}
