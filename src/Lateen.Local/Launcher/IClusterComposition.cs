namespace Lateen.Local.Launcher;

using System.Net.Sockets;
using Lateen.Local.Cluster;

/// <summary>What runs beside the runtime in the cluster process; tests put a small API in its place.</summary>
internal interface IClusterComposition : IAsyncDisposable
{
    /// <param name="sockets">Listening sockets: one of the host's loopback, one at the node's address inside the cluster.</param>
    /// <returns>The client for the cluster's own parts.</returns>
    Task<IClusterClient> StartApiAsync(LauncherOptions options, IReadOnlyList<Socket> sockets, int hostPort, IPodRuntime runtime,
        CancellationToken cancel);

    Task RunControllersAsync(IClusterClient client, IHostAddressAllocator hostAddresses, CancellationToken cancel);
}
