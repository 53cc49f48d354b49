namespace Lateen.Control.Translation;

using System.Globalization;
using Envoy.Config.Core.V3;

/// <summary>Addresses and ports that every sidecar shares, and their wire form.</summary>
internal static class Sockets
{
    public const int OutboundPort = 15001;
    public const int InboundPort = 15006;
    public const string AnyAddress = "0.0.0.0";

    /// <summary>
    /// Source address of calls from the sidecar to its own workload; the interception rules let it pass without a second trip
    /// through the proxy.
    /// </summary>
    public const string InboundSource = "127.0.0.6";

    /// <summary>A prefix such as 10.1.0.0/16; an address alone is a prefix of itself.</summary>
    public static CidrRange Range(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string address = slash < 0 ? text : text[..slash];
        uint whole = address.Contains(':', StringComparison.Ordinal) ? 128u : 32u;
        uint bits = slash < 0 ? whole : uint.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return new CidrRange { AddressPrefix = address, PrefixLen = bits };
    }

    /// <summary>The name of a listener.</summary>
    public static string Name(string address, int port) => address + "_" + port.ToString(CultureInfo.InvariantCulture);

    public static Address Address(string address, int port) => new()
    {
        SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port },
    };
}
