namespace Lateen.Api.Resources;

/// <summary>The object that owns another and takes it along when it is deleted.</summary>
public sealed record OwnerReference
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Name { get; init; } = "";

    public string Uid { get; init; } = "";

    public bool Controller { get; init; }
}
