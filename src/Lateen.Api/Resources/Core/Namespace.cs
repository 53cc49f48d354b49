namespace Lateen.Api.Resources.Core;

/// <summary>A namespace.</summary>
public sealed record Namespace
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();
}
