namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Lateen.Proxy.Config;
using EngineAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>Reads addresses and address ranges.</summary>
internal static class AddressReader
{
    /// <summary>A literal IP address with a port; anything else is an error.</summary>
    public static EngineAddress Read(Address? message, string path, ReadContext context)
    {
        if (message?.AddressCase is not Address.AddressOneofCase.SocketAddress)
        {
            context.Error(path, "a socket_address is required; pipes and internal addresses are not supported");
            return default;
        }

        return Read(message.SocketAddress, $"{path}.socket_address", context);
    }

    public static EngineAddress Read(SocketAddress message, string path, ReadContext context)
    {
        if (message.Protocol is not SocketAddress.Types.Protocol.Tcp)
        {
            context.Error($"{path}.protocol", "only TCP is supported");
        }

        if (message.PortValue > ushort.MaxValue)
        {
            context.Error($"{path}.port_value", $"{message.PortValue} is not a port");
            return default;
        }

        if (!EngineAddress.TryParse(message.Address, (int)message.PortValue, out EngineAddress address))
        {
            context.Error($"{path}.address", $"'{message.Address}' is not an IP address");
        }

        return address;
    }

    public static IReadOnlyList<AddressPrefix> ReadRanges(IReadOnlyList<CidrRange> ranges, string path, ReadContext context)
    {
        var prefixes = new List<AddressPrefix>(ranges.Count);
        for (int i = 0; i < ranges.Count; i++)
        {
            if (!EngineAddress.TryParse(ranges[i].AddressPrefix, 0, out EngineAddress address))
            {
                context.Error($"{path}[{i}].address_prefix", $"'{ranges[i].AddressPrefix}' is not an IP address");
                continue;
            }

            uint length = ranges[i].PrefixLen ?? 0;
            if (length > (address.IsV4 ? 32u : 128u))
            {
                context.Error($"{path}[{i}].prefix_len", $"{length} is too long");
                continue;
            }

            prefixes.Add(new AddressPrefix(address, (int)length));
        }

        return prefixes;
    }
}
