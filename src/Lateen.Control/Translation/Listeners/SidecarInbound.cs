namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// The ports that a sidecar serves: those that services name, or instead of them the ingress listeners of its Sidecar.
/// </summary>
/// <param name="Redirected">Ports whose calls are redirected to the sidecar.</param>
/// <param name="Opened">Ports that the sidecar opens itself, and where.</param>
internal sealed record SidecarInbound(ValueList<InboundPort> Redirected, ValueList<(string Address, InboundPort Port)> Opened)
{
    public IEnumerable<InboundPort> All => Redirected.Concat(Opened.Select(each => each.Port));

    public static SidecarInbound Gather(ProxyScope scope, ProxyNode node)
    {
        ValueList<InboundPort> named = InboundPorts.Gather(scope, node);
        if (scope.Sidecar is not { Spec.Ingress.Count: > 0 } sidecar)
        {
            ConnectionPoolSettings? all = scope.Sidecar?.Spec.InboundConnectionPool;
            return new SidecarInbound(all is null ? named : named.Select(port => port with { Pool = all }).ToValueList(), []);
        }

        List<InboundPort> redirected = [];
        List<(string, InboundPort)> opened = [];
        foreach (IngressListener listener in sidecar.Spec.Ingress)
        {
            InboundPort port = Port(listener, named, sidecar.Key.Name, sidecar.Key.Namespace, node) with
            {
                Pool = listener.ConnectionPool ?? sidecar.Spec.InboundConnectionPool,
            };
            if (listener.CaptureMode is CaptureMode.None)
            {
                // Not on every address: the application may have the same port on the loopback.
                opened.Add((listener.Bind.Length > 0 ? listener.Bind : node.IpAddress, port));
            }
            else
            {
                redirected.Add(port);
            }
        }

        return new SidecarInbound(redirected.OrderBy(port => port.Number).ToValueList(), opened.ToValueList());
    }

    // Telemetry names the service behind a port; a port that no service names stands for the Sidecar itself (Istio).
    private static InboundPort Port(
        IngressListener listener, ValueList<InboundPort> named, string sidecar, string ns, ProxyNode node)
    {
        int number = listener.Port?.Number ?? 0;
        ServiceProtocol protocol = ProtocolSelection.Select(number, null, listener.Port?.Protocol);
        InboundPort port = named.FirstOrDefault(each => each.Number == number)
            ?? new InboundPort(number, protocol, sidecar + "." + ns, sidecar, ns, number);
        return port with { Protocol = protocol, Endpoint = EndpointOf(listener.DefaultEndpoint, node) };
    }

    // 0.0.0.0 stands for the pod's own address, where applications listen that do not listen on the loopback.
    private static InboundEndpoint? EndpointOf(string text, ProxyNode node)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return null;
        }

        return text[..colon] switch
        {
            "0.0.0.0" or "[::]" => new InboundEndpoint(node.IpAddress, port),
            "[::1]" => new InboundEndpoint("::1", port),
            var address => new InboundEndpoint(address, port),
        };
    }
}
