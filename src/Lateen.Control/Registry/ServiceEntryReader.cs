namespace Lateen.Control.Registry;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>ServiceEntries as the mesh sees them: one service for each host.</summary>
internal static class ServiceEntryReader
{
    public static IEnumerable<MeshService> Read(
        ConfigObject<ServiceEntrySpec> entry, IReadOnlyDictionary<string, string> allocated, string domainSuffix)
    {
        ServiceEntrySpec spec = entry.Spec;
        foreach (string written in spec.Hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            string host = written.ToLowerInvariant();
            yield return new MeshService
            {
                Host = host,
                Name = NameOf(host, entry.Key.Namespace, domainSuffix),
                Namespace = entry.Key.Namespace,
                Source = ServiceSource.External,
                CreatedAt = entry.CreatedAt,
                Addresses = spec.Addresses.Select(Plain).ToValueList(),
                AutoAddresses = allocated.TryGetValue(host, out string? address) ? [address] : [],
                Ports = spec.Ports.Select(ReadPort).ToValueList(),
                Selector = spec.WorkloadSelector?.Labels ?? ValueMap<string, string>.Empty,
                Resolution = ResolutionOf(spec.Resolution),
                MeshExternal = spec.Location is ServiceEntryLocation.MeshExternal,
                ExportTo = spec.ExportTo,
                StaticEndpoints = EndpointsOf(spec, host).ToValueList(),
            };
        }
    }

    private static string NameOf(string host, string ns, string domainSuffix)
    {
        string suffix = "." + ns + ".svc." + domainSuffix;
        return host.EndsWith(suffix, StringComparison.Ordinal) ? host[..^suffix.Length] : host;
    }

    private static ServicePort ReadPort(ServiceEntryPort port) => new(
        port.Number,
        port.Name,
        port.TargetPort == 0 ? "" : port.TargetPort.ToString(CultureInfo.InvariantCulture),
        ProtocolSelection.Parse(port.Number, port.Protocol) ?? ServiceProtocol.Tcp);

    private static Resolution ResolutionOf(ServiceEntryResolution resolution) => resolution switch
    {
        ServiceEntryResolution.Static => Resolution.Registry,
        ServiceEntryResolution.Dns => Resolution.Dns,
        ServiceEntryResolution.DnsRoundRobin => Resolution.DnsRoundRobin,
        ServiceEntryResolution.DynamicDns => Resolution.DynamicDns,
        _ => Resolution.Passthrough,
    };

    // Istio: a name to look up and nobody named to ask for means the host itself.
    private static IEnumerable<StaticEndpoint> EndpointsOf(ServiceEntrySpec spec, string host)
    {
        bool byName = spec.Resolution is ServiceEntryResolution.Dns or ServiceEntryResolution.DnsRoundRobin;
        if (spec.Endpoints.Count == 0 && byName && spec.WorkloadSelector is null)
        {
            return [new StaticEndpoint { Address = host }];
        }

        return spec.Endpoints.Where(each => each.Address.Length > 0).Select(each => new StaticEndpoint
        {
            Address = each.Address,
            Ports = each.Ports,
            Labels = each.Labels,
            Network = each.Network,
            Locality = Locality.Parse(each.Locality),
            Weight = Math.Max(each.Weight, 1),
            ServiceAccount = each.ServiceAccount,
        });
    }

    // A prefix that holds one address is that address.
    private static string Plain(string address) =>
        address.EndsWith("/32", StringComparison.Ordinal) ? address[..^3] : address;
}
