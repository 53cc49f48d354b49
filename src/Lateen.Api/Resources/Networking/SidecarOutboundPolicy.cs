namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Mesh;

/// <summary>What happens to calls to hosts that are not known.</summary>
public sealed record SidecarOutboundPolicy
{
    [Description("REGISTRY_ONLY (default, once outboundTrafficPolicy is given) refuses them, ALLOW_ANY lets them through.")]
    public OutboundTrafficMode? Mode { get; init; }

    [Description("With ALLOW_ANY, the Service that such calls are sent through.")]
    public Destination? EgressProxy { get; init; }
}
