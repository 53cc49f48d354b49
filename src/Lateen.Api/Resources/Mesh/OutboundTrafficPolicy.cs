namespace Lateen.Api.Resources.Mesh;

using System.ComponentModel;

/// <summary>What happens to calls that leave the registry.</summary>
public sealed record OutboundTrafficPolicy
{
    [Description("ALLOW_ANY (default) or REGISTRY_ONLY.")]
    public OutboundTrafficMode Mode { get; init; }
}
