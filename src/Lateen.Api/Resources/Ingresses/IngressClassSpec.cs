namespace Lateen.Api.Resources.Ingresses;

/// <summary>Which controller serves a class.</summary>
public sealed record IngressClassSpec
{
    public string Controller { get; init; } = "";
}
