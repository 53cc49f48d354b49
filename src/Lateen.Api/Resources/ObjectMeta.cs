namespace Lateen.Api.Resources;

using Lateen.Api.Names;

/// <summary>The metadata that every Kubernetes object has.</summary>
public sealed record ObjectMeta
{
    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string GenerateName { get; init; } = "";

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public long Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? DeletionTimestamp { get; init; }

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    public ValueMap<string, string> Annotations { get; init; } = ValueMap<string, string>.Empty;

    public ValueList<OwnerReference> OwnerReferences { get; init; } = [];
}
