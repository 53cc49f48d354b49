namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Lateen.Proxy.Config;
using EngineAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>Reads a ClusterLoadAssignment.</summary>
internal static class EndpointsReader
{
    /// <param name="message">What the control plane or a static file says.</param>
    /// <param name="byName">Addresses may be host names to resolve (DNS clusters).</param>
    /// <param name="path">Path of the message.</param>
    /// <param name="context">Takes the errors.</param>
    public static EndpointsConfig Read(ClusterLoadAssignment message, bool byName, string path, ReadContext context)
    {
        context.NoEffect(message.Policy?.EndpointStaleAfter is not null, $"{path}.policy.endpoint_stale_after");
        if (message.Policy?.OverprovisioningFactor is 0)
        {
            context.Error($"{path}.policy.overprovisioning_factor", "must be above 0");
        }

        var hosts = new List<HostConfig>();
        for (int i = 0; i < message.Endpoints.Count; i++)
        {
            ReadLocality(message.Endpoints[i], byName, $"{path}.endpoints[{i}]", context, hosts);
        }

        return new EndpointsConfig
        {
            Name = message.ClusterName,
            Hosts = hosts,
            DropOverload = ReadDrop(message.Policy, path, context),
            WeightedPriorityHealth = message.Policy?.WeightedPriorityHealth ?? false,
            OverprovisioningFactor = (int)(message.Policy?.OverprovisioningFactor ?? 140),
        };
    }

    private static DropOverload? ReadDrop(ClusterLoadAssignment.Types.Policy? policy, string path, ReadContext context)
    {
        if (policy is null || policy.DropOverloads.Count == 0)
        {
            return null;
        }

        // As Envoy: one share, or two of them would have to be added up.
        if (policy.DropOverloads.Count > 1)
        {
            context.Error(
                $"{path}.policy.drop_overloads", $"only one category is supported, and there are {policy.DropOverloads.Count}");
        }

        ClusterLoadAssignment.Types.Policy.Types.DropOverload drop = policy.DropOverloads[0];
        FractionalShare share = MatcherReader.ReadShare(
            drop.DropPercentage, $"{path}.policy.drop_overloads[0].drop_percentage", context);
        return new DropOverload(drop.Category, share);
    }

    private static void ReadLocality(
        LocalityLbEndpoints group, bool byName, string path, ReadContext context, List<HostConfig> hosts)
    {
        HostLocality locality = group.Locality is null
            ? HostLocality.None
            : new HostLocality(group.Locality.Region, group.Locality.Zone, group.Locality.SubZone);
        if (group.Priority > 127)
        {
            context.Error($"{path}.priority", $"{group.Priority} is above 127");
        }

        for (int i = 0; i < group.LbEndpoints.Count; i++)
        {
            string hostPath = $"{path}.lb_endpoints[{i}]";
            HostConfig? host = ReadHost(group.LbEndpoints[i], byName, hostPath, context);
            if (host is not null)
            {
                hosts.Add(host with
                {
                    Locality = locality,
                    Priority = (int)group.Priority,
                    LocalityWeight = group.LoadBalancingWeight ?? 0,
                });
            }
        }
    }

    private static HostConfig? ReadHost(LbEndpoint message, bool byName, string path, ReadContext context)
    {
        if (message.Endpoint is null)
        {
            context.Error($"{path}.endpoint", "is required");
            return null;
        }

        if (message.LoadBalancingWeight is 0)
        {
            context.Error($"{path}.load_balancing_weight", "must be at least 1");
        }

        Endpoint.Types.HealthCheckConfig? check = message.Endpoint.HealthCheckConfig;
        var host = new HostConfig
        {
            LbMetadata = SubsetReader.ReadHost(message.Metadata),
            HealthCheckHostname = check?.Hostname ?? "",
            DisableHealthCheck = check?.DisableActiveHealthCheck ?? false,
            Hostname = message.Endpoint.Hostname,
            Weight = (int)Math.Min(message.LoadBalancingWeight ?? 1, int.MaxValue),
            Health = (HostHealth)message.HealthStatus,
            Metadata = MetadataReader.Json(message.Metadata),
            IstioWorkload = MetadataReader.Text(message.Metadata, "istio", "workload"),
            TlsMode = MetadataReader.Text(message.Metadata, "envoy.transport_socket_match", "tlsMode"),
            TransportSocketMetadata = ReadSocketMetadata(message, $"{path}.metadata", context),
        };
        SocketAddress? socket = message.Endpoint.Address?.SocketAddress;
        if (byName && socket is not null && !EngineAddress.TryParse(socket.Address, (int)socket.PortValue, out _))
        {
            return host with
            {
                DnsName = socket.Address,
                DnsPort = (int)socket.PortValue,
                HealthCheckPort = (int)(check?.PortValue ?? 0),
            };
        }

        EngineAddress address = AddressReader.Read(message.Endpoint.Address, $"{path}.endpoint.address", context);
        EngineAddress checkAddress = check?.Address is null
            ? default
            : AddressReader.Read(check.Address, $"{path}.endpoint.health_check_config.address", context);
        return host with
        {
            Address = address,
            HealthCheckPort = (int)(check?.PortValue ?? 0),
            HealthCheckAddress = checkAddress,
        };
    }

    private static List<KeyValuePair<string, string>> ReadSocketMetadata(LbEndpoint message, string path, ReadContext context)
    {
        const string filter = "envoy.transport_socket_match";
        return message.Metadata is { } metadata && metadata.FilterMetadata.TryGetValue(filter, out var values)
            ? MetadataReader.Texts(values, $"{path}.{filter}", context)
            : [];
    }
}
