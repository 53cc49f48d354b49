namespace Lateen.Control.Translation;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Listeners;

/// <summary>The ports of a sidecar's own workload, as the services that select it name them.</summary>
internal static class InboundPorts
{
    /// <summary>
    /// Two services may name one port; the first by host decides its protocol, as clients of both reach the same chain.
    /// </summary>
    public static ValueList<InboundPort> Gather(ProxyScope scope, ProxyNode node)
    {
        SortedDictionary<int, InboundPort> ports = [];
        foreach (MeshService service in scope.ServicesIn(node.Namespace))
        {
            if (!service.Selects(node.Labels))
            {
                continue;
            }

            foreach (ServicePort port in service.Ports)
            {
                if (port.Protocol is not ServiceProtocol.Udp && TargetOf(port, node.PodPorts) is { } number)
                {
                    ports.TryAdd(number, new InboundPort(
                        number, port.Protocol, service.Host, service.Name, service.Namespace, port.Number));
                }
            }
        }

        return ports.Values.ToValueList();
    }

    /// <summary>
    /// The workload's port behind a service port; null when it names a container port that the workload does not have.
    /// </summary>
    public static int? TargetOf(ServicePort port, ValueMap<string, int> podPorts)
    {
        if (port.TargetPort.Length == 0)
        {
            return port.Number;
        }

        if (int.TryParse(port.TargetPort, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number == 0 ? port.Number : number;
        }

        return podPorts.TryGetValue(port.TargetPort, out int named) ? named : null;
    }
}
