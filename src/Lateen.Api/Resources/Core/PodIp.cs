namespace Lateen.Api.Resources.Core;

/// <summary>One address of a pod.</summary>
public sealed record PodIp
{
    public string Ip { get; init; } = "";
}
