namespace Lateen.Api.Resources.Core;

/// <summary>A reference to another object.</summary>
public sealed record ObjectReference
{
    public string Kind { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Uid { get; init; } = "";
}
