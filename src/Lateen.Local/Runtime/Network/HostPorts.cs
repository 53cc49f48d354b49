namespace Lateen.Local.Runtime.Network;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Reads the ports of a Service that the host shall answer.</summary>
public static class HostPorts
{
    public static IReadOnlyList<HostPort> Of(JsonObject service)
    {
        bool balanced = service.Text("spec", "type") == "LoadBalancer";
        return [.. service.Items("spec", "ports").Select(port => new HostPort(port.Text("name") ?? "", port.Text("protocol") ?? "TCP",
            (int)(port.Number("port") ?? 0), (int?)port.Number("nodePort"), balanced))];
    }
}
