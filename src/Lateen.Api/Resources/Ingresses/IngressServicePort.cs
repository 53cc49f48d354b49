namespace Lateen.Api.Resources.Ingresses;

/// <summary>A port of a Service, by number or by name.</summary>
public sealed record IngressServicePort
{
    public int Number { get; init; }

    public string Name { get; init; } = "";
}
