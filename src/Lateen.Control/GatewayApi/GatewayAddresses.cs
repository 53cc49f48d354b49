namespace Lateen.Control.GatewayApi;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;

/// <summary>Where a gateway is reached, and whether it is.</summary>
internal static class GatewayAddresses
{
    public static ValueList<GatewayAddress> Of(GatewayState gateway, MeshSnapshot snapshot)
    {
        if (gateway.Service is null || snapshot.GatewayApi.Objects?.Services.GetValueOrDefault(gateway.ServiceName) is not { } facts)
        {
            return [];
        }

        ValueList<GatewayAddress> external = facts.External
            .Select(each => each.Ip.Length > 0
                ? new GatewayAddress { Type = "IPAddress", Value = each.Ip }
                : new GatewayAddress { Type = "Hostname", Value = each.Hostname })
            .ToValueList();
        return external.Count > 0 || facts.Type == "LoadBalancer"
            ? external
            : [new GatewayAddress { Type = "Hostname", Value = gateway.Service.Host }];
    }

    /// <summary>Condition Programmed of a gateway: a Service with an address, its ports, and a pod behind it.</summary>
    public static ConditionStatus Programmed(GatewayState gateway, MeshSnapshot snapshot)
    {
        string name = $"{gateway.ServiceName.Name}.{gateway.ServiceName.Namespace}";
        if (!gateway.Accepted.IsTrue)
        {
            return new ConditionStatus("Programmed", false, "Invalid", "the gateway is not accepted");
        }

        if (gateway.Service is not { } service)
        {
            return new ConditionStatus("Programmed", false, "AddressNotAssigned", $"Service {name} does not exist yet");
        }

        if (Of(gateway, snapshot).Count == 0)
        {
            return new ConditionStatus("Programmed", false, "AddressNotAssigned", $"Service {name} has no address yet");
        }

        List<int> ports = [.. gateway.Listeners.Where(each => each.Serves).Select(each => each.Listener.Port).Distinct()];
        if (ports.Find(port => service.Port(port) is null) is var missing and > 0)
        {
            return new ConditionStatus("Programmed", false, "AddressNotUsable", $"Service {name} has no port {missing} yet");
        }

        return ports.Exists(port => snapshot.Endpoints.Of(service, port).Count == 0)
            ? new ConditionStatus("Programmed", false, "Pending", $"no pod of Service {name} is ready yet")
            : new ConditionStatus(
                "Programmed", true, "Programmed", "served by " + string.Join(", ", ports.Select(port => Address(service, port))));
    }

    private static string Address(MeshService service, int port) => service.Host + ":" + port.ToString(CultureInfo.InvariantCulture);
}
