namespace Lateen.Local.Launcher;

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lateen.Local.Cluster;
using Lateen.Local.Images;
using Lateen.Local.Native;
using Lateen.Local.Runtime;
using Lateen.Local.Runtime.Containers;
using Lateen.Local.Runtime.Network;

/// <summary>The cluster itself, inside its own namespaces: network, DNS, API server, controllers and pods in one process.</summary>
internal static class ClusterProcess
{
    internal static async Task<int> RunAsync(ClusterArguments arguments, IClusterComposition composition)
    {
        LinuxCalls.SetCloseOnExec(arguments.ControlDescriptor, true);
        using DescriptorChannel channel = new(arguments.ControlDescriptor);
        HostGateway gateway = new(channel);
        gateway.Start();
        // The launcher alone decides about the end; Ctrl-C goes to it.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        using CancellationTokenSource stop = new();
        // Without a launcher nothing here may go on, not even an orderly end: its host sockets would outlive `kill -9`.
        _ = gateway.Stopped.ContinueWith(_ => stop.Cancel(), TaskScheduler.Default);
        PrepareFiles();
        await ClusterNetwork.PrepareAsync().ConfigureAwait(false);
        try
        {
            await RunPartsAsync(arguments.Options, gateway, composition, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await composition.DisposeAsync().ConfigureAwait(false);
        }

        return 0;
    }

    private static void PrepareFiles()
    {
        LinuxCalls.Check(LinuxCalls.Mount("lateen", "/run", "tmpfs", (nuint)(LinuxCalls.MountNoSuid | LinuxCalls.MountNoDev), "mode=755"),
            "mount a private /run");
        Directory.CreateDirectory(ContainerRoot.Folder);
        Directory.CreateDirectory(Lateen.Local.Runtime.Pods.PodSandbox.StateFolder);
        Lateen.Local.Runtime.Pods.NodeFolders.Create();
    }

    private static async Task RunPartsAsync(LauncherOptions options, HostGateway gateway, IClusterComposition composition, CancellationToken cancel)
    {
        ClusterHome home = new(options.Home);
        (int descriptor, int hostPort) = await gateway.ListenAsync(IPAddress.Loopback, options.ApiPort).ConfigureAwait(false);
        using Socket hostApi = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        using Socket innerApi = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        innerApi.Bind(new IPEndPoint(ClusterAddresses.Node, ClusterAddresses.ApiPort));
        innerApi.Listen(512);
        LateClient client = new();
        ObjectCache services = new(client, RuntimeResources.Services);
        ObjectCache slices = new(client, RuntimeResources.EndpointSlices);
        HostListeners hostListeners = new(gateway, home.Path, services);
        RuntimeContext context = new(client, new ClusterNetwork(), new ImageMap(home.ImageMapFile), Template(options), home.PodLogsFolder,
            new ObjectCache(client, RuntimeResources.Pods), services, new ObjectCache(client, RuntimeResources.ConfigMaps),
            new ObjectCache(client, RuntimeResources.Secrets), hostListeners);
        PodRuntime runtime = new(context);
        client.Set(await composition.StartApiAsync(options, [hostApi, innerApi], hostPort, runtime, cancel).ConfigureAwait(false));
        ServiceNetwork network = new(services, slices);
        await network.ApplyAsync().ConfigureAwait(false);
        DnsServer dns = new(new DnsZone(() => services.All, () => slices.All, new ExternalNames(options.External)), gateway.ResolveAsync);
        Task[] parts =
        [
            services.RunAsync(cancel), slices.RunAsync(cancel), context.ConfigMaps.RunAsync(cancel), context.Secrets.RunAsync(cancel),
            network.RunAsync(cancel), dns.RunAsync(ClusterAddresses.DnsService, 53, cancel), new EgressRelay(gateway).RunAsync(cancel),
            runtime.RunAsync(cancel), composition.RunControllersAsync(client, hostListeners, cancel),
        ];
        gateway.TellReady(hostPort);
        Task first = await Task.WhenAny(parts).ConfigureAwait(false);
        if (!cancel.IsCancellationRequested)
        {
            await first.ConfigureAwait(false);
            throw new InvalidOperationException("A part of the cluster ended by itself.");
        }
    }

    private static RootTemplate Template(LauncherOptions options) => new(Path.GetFullPath(options.Artifacts),
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")).TrimEnd('/'), options.Home);
}
