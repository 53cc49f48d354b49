namespace Lateen.Local.Launcher;

using System.Net.Sockets;
using Lateen.Local.ApiServer;
using Lateen.Local.ApiServer.Security;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;
using Lateen.Local.Runtime.Network;

/// <summary>The real cluster: Lateen's API server and controllers.</summary>
internal sealed class ClusterComposition : IClusterComposition
{
    private ClusterApiServer? _server;

    public async Task<IClusterClient> StartApiAsync(LauncherOptions options, IReadOnlyList<Socket> sockets, int hostPort, IPodRuntime runtime,
        CancellationToken cancel)
    {
        ClusterHome home = new(options.Home);
        _server = await ClusterApiServer.StartAsync(new ClusterApiServerOptions
        {
            StorePath = Path.Combine(home.StoreFolder, "cluster.db"),
            CertificateFolder = home.KeysFolder,
            ListenHandles = [.. sockets.Select(static socket => (int)socket.Handle)],
            Log = static line => Console.Error.WriteLine($"api: {line}"),
        }, cancel).ConfigureAwait(false);
        _server.Runtime = runtime;
        Kubeconfig.Write(home.Kubeconfig, _server.Certificates, $"https://127.0.0.1:{hostPort}");
        return _server.Client;
    }

    public Task RunControllersAsync(IClusterClient client, IHostAddressAllocator hostAddresses, CancellationToken cancel) =>
        ControllerHost.RunAsync(client, new ControllerOptions
        {
            ClusterCaPem = _server?.Certificates.AuthorityPem ?? "",
            ApiServerAddress = ClusterAddresses.Node.ToString(),
            ApiServerPort = ClusterAddresses.ApiPort,
            HostAddresses = hostAddresses,
        }, cancel);

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}
