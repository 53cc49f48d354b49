namespace Lateen.Proxy.Xds.Reading;

using System.Net;
using Istio.Networking.Nds.V1;
using Lateen.Proxy.Agent.Resolving;

/// <summary>Reads a NameTable, the names that the agent's DNS proxy answers for.</summary>
internal static class NameTableReader
{
    public static IReadOnlyList<DnsHost> Read(NameTable message, string path, ReadContext context)
    {
        var hosts = new List<DnsHost>(message.Table.Count);
        foreach ((string name, NameTable.Types.NameInfo info) in message.Table)
        {
            var addresses = new List<IPAddress>(info.Ips.Count);
            foreach (string text in info.Ips)
            {
                if (IPAddress.TryParse(text, out IPAddress? address))
                {
                    addresses.Add(address);
                }
                else
                {
                    context.Error($"{path}.table[{name}].ips", $"'{text}' is not an IP address");
                }
            }

            hosts.Add(new DnsHost(name, addresses) { ShortName = info.Shortname, Namespace = info.Namespace });
        }

        return hosts;
    }
}
