namespace Lateen.Api.Resources.Core;

/// <summary>One observed fact about a pod.</summary>
public sealed record PodCondition
{
    public string Type { get; init; } = "";

    public string Status { get; init; } = "";
}
