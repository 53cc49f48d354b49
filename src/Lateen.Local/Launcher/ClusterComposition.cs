namespace Lateen.Local.Launcher;

using System.Net.Sockets;
using Lateen.Local.Cluster;

/// <summary>The real cluster: Lateen's API server and controllers.</summary>
internal sealed class ClusterComposition : IClusterComposition
{
    public Task<IClusterClient> StartApiAsync(LauncherOptions options, IReadOnlyList<Socket> sockets, int hostPort, IPodRuntime runtime,
        CancellationToken cancel) => throw new NotSupportedException("The API server is not part of this build.");

    public Task RunControllersAsync(IClusterClient client, IHostAddressAllocator hostAddresses, CancellationToken cancel) =>
        Task.Delay(Timeout.Infinite, cancel);
}
