namespace Lateen.Api.Resources.Ingresses;

/// <summary>A Service as backend.</summary>
public sealed record IngressServiceBackend
{
    public string Name { get; init; } = "";

    public IngressServicePort? Port { get; init; }
}
