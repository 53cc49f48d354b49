namespace Lateen.Api.Resources.Ingresses;

/// <summary>One path with its backend.</summary>
public sealed record IngressPath
{
    public string Path { get; init; } = "";

    public string PathType { get; init; } = "";

    public IngressBackend? Backend { get; init; }
}
