namespace Lateen.Control.Translation;

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

    public static Address Address(string address, int port) => new()
    {
        SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port },
    };
}
