namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>A ConfigMap.</summary>
public sealed record ConfigMap
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public ValueMap<string, string> Data { get; init; } = ValueMap<string, string>.Empty;
}
