namespace Lateen.Local.Controllers;

using Lateen.Local.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>What the controllers need to know about the cluster they run in.</summary>
public sealed record ControllerOptions
{
    public string NodeName { get; init; } = "lateen";

    /// <summary>The node's InternalIP; 127.0.0.1 because NodePorts are opened there on the host.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    public string KubeletVersion { get; init; } = "v1.34.0";

    /// <summary>The cluster CA in PEM, written to ConfigMap kube-root-ca.crt of every namespace.</summary>
    public required string ClusterCaPem { get; init; }

    /// <summary>Where the API server answers inside the cluster's network: the endpoint of Service `kubernetes`.</summary>
    public string ApiServerAddress { get; init; } = "10.96.0.1";

    public int ApiServerPort { get; init; } = 6443;

    /// <summary>Gives LoadBalancer Services their host address; null leaves them pending.</summary>
    public IHostAddressAllocator? HostAddresses { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
