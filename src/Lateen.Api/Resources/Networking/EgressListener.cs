namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Services that a sidecar may call, optionally on one port only.</summary>
public sealed record EgressListener
{
    [Description("The port that the application calls; every port of the services by default.")]
    public SidecarPort? Port { get; init; }

    [Description("The address that the application calls; the services' own by default, 127.0.0.1 with captureMode NONE.")]
    public string Bind { get; init; } = "";

    [Description("How connections reach the sidecar: DEFAULT or IPTABLES when redirected, NONE when the port is opened itself.")]
    public CaptureMode CaptureMode { get; init; }

    [Description("Services as namespace/host: a namespace, . (the own), * (any) or ~ (none), and a name or wildcard.")]
    public ValueList<string> Hosts { get; init; } = [];
}
