namespace Lateen.Local.Runtime.Network;

using System.Net;
using Lateen.Local.Native;

/// <summary>The router in the middle: the cluster's namespace forwards between the pods' routed /32 links.</summary>
internal sealed class ClusterNetwork
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _used = [];
    private int _last = 1;

    /// <summary>Prepares the calling process's network namespace, which must be new: it refuses one that has other links than lo.</summary>
    internal static async Task PrepareAsync()
    {
        if (Directory.GetDirectories("/sys/class/net").Length == 0 || File.ReadAllText("/proc/net/route").Split('\n').Length > 2)
        {
            throw new InvalidOperationException("This is not a new network namespace: the cluster changes no existing network.");
        }

        await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_forward", "1").ConfigureAwait(false);
        await Tool.RunAsync("ip", ["-batch", "-"], $"""
            link set lo up
            addr add {ClusterAddresses.Node}/32 dev lo
            route add local {ClusterAddresses.ServiceRange} dev lo src {ClusterAddresses.Node}

            """).ConfigureAwait(false);
    }

    /// <summary>Links a pod's namespaces to the router and returns the pod's address.</summary>
    internal async Task<IPAddress> AttachAsync(NamespaceSet pod)
    {
        int number = Take();
        IPAddress address = Address(number);
        try
        {
            await Tool.RunAsync("ip", ["-batch", "-"], $"""
                link add p{number} type veth peer name eth0 netns {pod.NetworkPath}
                link set p{number} up
                addr add {ClusterAddresses.Gateway}/32 dev p{number}
                route add {address}/32 dev p{number} src {ClusterAddresses.Node}

                """).ConfigureAwait(false);
            await NamespaceThread.RunAsync(() =>
            {
                pod.Enter();
                // As container runtimes do: ports below 1024 and ping need no capability inside a pod.
                File.WriteAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
                Tool.Run("ip", ["-batch", "-"], $"""
                    link set lo up
                    addr add {address}/32 dev eth0
                    link set eth0 up
                    route add {ClusterAddresses.Gateway} dev eth0 scope link
                    route add default via {ClusterAddresses.Gateway}

                    """);
                return true;
            }).ConfigureAwait(false);
            return address;
        }
        catch (Exception)
        {
            Release(address);
            throw;
        }
    }

    /// <summary>Gives the address back; the link itself went with the pod's namespaces.</summary>
    internal void Release(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        lock (_lock)
        {
            _used.Remove((bytes[2] << 8) | bytes[3]);
        }
    }

    private static IPAddress Address(int number) => new([10, 244, (byte)(number >> 8), (byte)number]);

    // Round robin over the range, so that an address comes back as late as possible: peers may still hold connections to the last owner.
    private int Take()
    {
        lock (_lock)
        {
            for (int tries = 0; tries < 0xFFFF; tries++)
            {
                _last = _last >= 0xFFFE ? 2 : _last + 1;
                if ((_last & 0xFF) is not (0 or 0xFF) && _used.Add(_last))
                {
                    return _last;
                }
            }
        }

        throw new InvalidOperationException($"No free address is left in {ClusterAddresses.PodRange}.");
    }
}
