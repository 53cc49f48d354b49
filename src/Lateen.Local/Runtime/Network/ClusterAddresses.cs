namespace Lateen.Local.Runtime.Network;

using System.Net;

/// <summary>The addresses of the cluster's own network; nothing of them exists on the host.</summary>
internal static class ClusterAddresses
{
    internal const string PodRange = "10.244.0.0/16";
    internal const string ServiceRange = "10.96.0.0/16";

    /// <summary>The router's side of every pod's link.</summary>
    internal const string Gateway = "169.254.1.1";

    internal const int ApiPort = 6443;
    internal const int EgressPort = 15999;

    /// <summary>The node as pods see it: source of probes, address of the API server.</summary>
    internal static readonly IPAddress Node = IPAddress.Parse("10.244.0.1");

    internal static readonly IPAddress KubernetesService = IPAddress.Parse("10.96.0.1");
    internal static readonly IPAddress DnsService = IPAddress.Parse("10.96.0.10");

    /// <summary>What .status.hostIP says: NodePorts are answered on the host's loopback.</summary>
    internal const string HostIp = "127.0.0.1";
}
