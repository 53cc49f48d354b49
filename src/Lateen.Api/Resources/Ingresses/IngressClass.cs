namespace Lateen.Api.Resources.Ingresses;

/// <summary>A class of Ingresses.</summary>
public sealed record IngressClass
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public IngressClassSpec Spec { get; init; } = new();
}
