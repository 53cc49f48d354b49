namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>What may be called through one egress listener of a Sidecar; without a Sidecar there is one for everything.</summary>
/// <param name="Port">The only port it is for, or null.</param>
/// <param name="Bind">The only address it is for, or empty.</param>
/// <param name="CaptureMode">Whether calls are redirected to it or made to it.</param>
/// <param name="Services">Services that may be called.</param>
/// <param name="Rules">Virtual services that route the calls.</param>
public sealed record EgressScope(
    SidecarPort? Port, string Bind, CaptureMode CaptureMode, ServiceIndex Services, VirtualServiceIndex Rules)
{
    /// <summary>The virtual service that routes calls to a host.</summary>
    public ConfigObject<VirtualServiceSpec>? OwnerInMesh(HostName host) => Rules.OwnerInMesh(host);
}
