namespace Lateen.Local.Launcher;

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

/// <summary>
/// Decides which destinations pods may reach through the host. The host itself (loopback or any of its own addresses) only on the
/// ports named by --allow-host or behind a name of --external, because services there trust local callers; link-local never, because
/// clouds answer there with credentials.
/// </summary>
internal sealed class EgressPolicy(IReadOnlyList<int> allowHostPorts, ExternalNames external)
{
    /// <summary>Stands for the host's loopback; pods know it as host.lateen.internal.</summary>
    internal static readonly IPAddress HostAddress = IPAddress.Parse("192.0.2.1");

    internal string? Refusal(IPAddress address, int port)
    {
        if (external.NameOf(address) is { } name)
        {
            return external.Target(name, port) is not null ? null
                : $"nothing stands for port {port} of {name}: start the cluster with --external {name}:{port}=ADDRESS:PORT";
        }

        if (IsHost(address))
        {
            return allowHostPorts.Contains(port) ? null
                : $"port {port} of the host is not open to pods: start the cluster with --allow-host {port}";
        }

        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return $"{address} is not an IPv4 address, and the cluster's egress is IPv4";
        }

        byte[] bytes = address.GetAddressBytes();
        bool special = bytes[0] is 0 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
        return special ? $"{address} is a link-local, multicast or reserved address" : null;
    }

    /// <summary>Where a destination that is not refused really leads.</summary>
    internal IPEndPoint Target(IPAddress address, int port) =>
        external.NameOf(address) is { } name && external.Target(name, port) is { } target ? target
            : new IPEndPoint(address.Equals(HostAddress) ? IPAddress.Loopback : address, port);

    private static bool IsHost(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.Equals(HostAddress) || address.Equals(IPAddress.Any))
        {
            return true;
        }

        foreach (NetworkInterface device in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (device.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)))
            {
                return true;
            }
        }

        return false;
    }
}
