namespace Lateen.Api.Resources.Ingresses;

using Lateen.Api.Names;

/// <summary>A list of paths.</summary>
public sealed record IngressPaths
{
    public ValueList<IngressPath> Paths { get; init; } = [];
}
