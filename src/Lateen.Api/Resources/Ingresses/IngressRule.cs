namespace Lateen.Api.Resources.Ingresses;

/// <summary>The paths of one host.</summary>
public sealed record IngressRule
{
    public string Host { get; init; } = "";

    public IngressPaths? Http { get; init; }
}
