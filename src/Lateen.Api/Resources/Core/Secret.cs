namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>A Secret.</summary>
public sealed record Secret
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public string Type { get; init; } = "";

    public ValueMap<string, string> Data { get; init; } = ValueMap<string, string>.Empty;
}
