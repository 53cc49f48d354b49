namespace Lateen.ProxyApp;

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf.WellKnownTypes;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Filters;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Overload;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;
using Message = Envoy.Config.Bootstrap.V3.Bootstrap;
using SocketAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>The whole proxy, wired by hand: workers, data path, xDS client, admin interface, the agent's ports, and its end.</summary>
internal sealed class ProxyProcess : IDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _terminate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProxyLog _log;
    private readonly AgentOptions? _agent;
    private readonly StatsStore _stats;
    private readonly FilterEnvironment _filters;
    private readonly WorkerGroup _workers;
    private readonly Worker _local;
    private readonly ProxyCore _core;
    private readonly SystemReadings _readings;
    private readonly OverloadManager _overload;
    private readonly PathSources _paths;
    private readonly Lock _publishing = new();
    private readonly ResourceStore _store;
    private readonly ProxySetup _setup;
    private readonly AdminHandler _admin;
    private readonly AgentHandler? _agentHandler;
    private readonly Termination? _termination;
    private volatile bool _warm;
    private volatile bool _signalled;
    private readonly DnsProxy? _dns;
    private readonly List<DnsServer> _dnsServers = [];
    private volatile bool _draining;
    private volatile bool _serving;

    public ProxyProcess(Message bootstrap, AgentOptions? agent, int workers, LoopBackend backend, ListenDescriptors descriptors, ProxyLog log)
    {
        _log = log;
        _agent = agent;
        _stats = new StatsStore(workers);
        _filters = new FilterEnvironment(_stats, bootstrap.Node.Id, bootstrap.Node.Metadata ?? new Struct());
        ExtensionCatalog catalog = FilterCatalog.Create(_filters);
        (_setup, IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = BootstrapReader.Read(bootstrap, catalog);
        foreach (string warning in warnings)
        {
            log.Warning("config", warning);
        }

        if (errors.Count > 0)
        {
            throw new FormatException(string.Join("\n", errors));
        }

        var loopOptions = new LoopOptions
        {
            Backend = backend,
            HandlerFault = fault => log.Error("engine", $"a connection failed: {fault}"),
        };
        _workers = new WorkerGroup(workers, 0, loopOptions);

        // Few calls come here; they are not worth a ring and its buffers.
        _local = new Worker(workers, 0, loopOptions with { Backend = LoopBackend.Epoll });
        _core = new ProxyCore([.. Enumerable.Range(0, workers).Select(_workers.LoopAt)], _stats, new ProxyCoreOptions
        {
            ListenDescriptors = descriptors.ByPort.ToDictionary(static d => d.Key, static d => (IReadOnlyList<int>)d.Value),
            DrainTime = agent?.DrainDuration ?? TimeSpan.FromSeconds(45),
            Resolver = new DnsNameResolver(
                agent?.Resolver ?? ResolverConfig.Parse(ReadOrEmpty("/etc/resolv.conf")), static () => ReadOrEmpty("/etc/hosts")),
            Overload = _setup.Overload,
            Locality = _setup.Locality,
            LocalClusterName = _setup.LocalClusterName,
            ListenerConnectionLimits = _setup.ListenerConnectionLimits,
            OnListenFailure = (name, why) => log.Error("listener", $"{name}: {why}"),
        });
        _readings = new SystemReadings(OpenSockets);
        _overload = new OverloadManager(
            _core, _readings.Readings, _stats, TimeProvider.System, what => log.Warning("overload", what));
        _stats.Shown = _setup.ShowsStat;
        _store = new ResourceStore(catalog, TimeProvider.System)
        {
            WantsClusters = _setup.HasDynamicClusters,
            WantsListeners = _setup.HasDynamicListeners,
        };
        _paths = new PathSources(_store, _setup, _stats, log);
        _store.SetStatic(_setup.Clusters, _setup.Listeners, _setup.Secrets);
        if (agent is { DnsCapture: true })
        {
            _dns = new DnsProxy(agent.Resolver, agent.Namespace, _stats);
            _store.NamesChanged = _dns.SetNames;
        }

        AdminState state = State(workers);
        _ = new ServerStats(state, () => _core.ActiveConnections);
        _admin = new AdminHandler(state);
        if (agent is not null)
        {
            bool inboundOnly = !bootstrap.Node.Id.StartsWith("router~", StringComparison.Ordinal);
            _termination = new Termination(
                agent, cancel => AskForReleaseAsync(agent, cancel), () => _core.StartLameDuck(inboundOnly),
                () => _core.LeavingConnections(inboundOnly), log, TimeProvider.System);
            _agentHandler = new AgentHandler(agent, _stats, IsReady, _termination, () => _terminate.TrySetResult());
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _overload.Dispose();
        _readings.Dispose();
        _local.Dispose();
        _workers.Dispose();
        _agentHandler?.Dispose();
        _dnsServers.ForEach(static server => server.Dispose());
        _filters.Dispose();
        _stop.Dispose();
    }

    /// <summary>Runs until it is told to end; then drains.</summary>
    public async Task<int> RunAsync()
    {
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _workers.Start();
        _local.Start();
        for (int i = 0; i < _workers.Count; i++)
        {
            _workers.LoopAt(i).Post(new ClaimStripe());
        }

        await ListenAsync().ConfigureAwait(false);
        _paths.Load();
        _core.Apply(_store.CurrentSnapshot());
        await _core.WhenAppliedAsync().ConfigureAwait(false);
        _serving = true;
        SocketLoop first = _workers.LoopAt(0);
        string fallback = first.FallbackReason is { } why ? $" (io_uring cannot be used: {why})" : "";
        _log.Info(
            "main",
            $"lateen-proxy {ProxyVersion.Number} with {_workers.Count} workers on {first.Backend}{fallback}, node {_setup.Bootstrap.Node.Id}");
        Task xds = RunXdsAsync();
        Task paths = _paths.RunAsync(() => Publish(ProxySnapshot.Empty), TimeProvider.System, _stop.Token);
        Task trim = StartupMemory.ReleaseOnceReadyAsync(IsReady, _stop.Token);
        await _terminate.Task.ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await xds.ConfigureAwait(false);
        await paths.ConfigureAwait(false);
        await trim.ConfigureAwait(false);
        return 0;
    }

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _signalled = true;
        _terminate.TrySetResult();
    }

    private async Task DrainGracefullyAsync(bool inboundOnly)
    {
        _core.StartLameDuck(inboundOnly);
        if (!inboundOnly)
        {
            TimeSpan patience = _agent?.DrainDuration ?? TimeSpan.FromSeconds(45);
            await Task.Delay(patience, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _core.DrainListeners();
        }
    }

    private long OpenSockets()
    {
        long sum = _local.Loop.Stats.OpenSockets;
        foreach (Worker worker in _workers.Workers)
        {
            sum += worker.Loop.Stats.OpenSockets;
        }

        return sum;
    }

    // Once: a host that joins later does not make the proxy unready (Envoy waits for first health checks at its start only).
    private bool IsReady()
    {
        if (!_serving || _draining || (_setup.XdsTarget is not null && !_store.IsComplete))
        {
            return false;
        }

        _warm = _warm || !_core.IsWarming;
        return _warm;
    }

    private AdminState State(int workers) => new()
    {
        Setup = _setup,
        Store = _store,
        Stats = _stats,
        Log = _log,
        Clusters = () => _core.Clusters,
        Snapshot = () => _core.Snapshot,
        IsReady = IsReady,
        DrainListeners = _core.DrainListeners,
        DrainGracefully = inboundOnly => _ = DrainGracefullyAsync(inboundOnly),
        Quit = () => _terminate.TrySetResult(),
        Concurrency = workers,
        Started = TimeProvider.System.GetUtcNow(),
    };

    private async Task ListenAsync()
    {
        if (!_setup.AdminAddress.IsNone)
        {
            await ListenAsync(_setup.AdminAddress, _admin.HandleAsync, "admin").ConfigureAwait(false);
        }

        if (_agent is not null && _agentHandler is not null)
        {
            await ListenAsync(Any(_agent.StatusPort), _agentHandler.StatusAsync, "status").ConfigureAwait(false);
            await ListenAsync(Any(_agent.ReadyPort), _agentHandler.ReadyAsync, "ready").ConfigureAwait(false);
            await ListenAsync(Any(_agent.PrometheusPort), _agentHandler.PrometheusAsync, "prometheus").ConfigureAwait(false);
        }

        if (_agent is not null && _dns is not null)
        {
            ListenDns(_dns, new IPEndPoint(IPAddress.Loopback, _agent.DnsPort));
            ListenDns(_dns, new IPEndPoint(IPAddress.IPv6Loopback, _agent.DnsPort));
        }
    }

    // A pod without IPv6 has no such loopback address; its queries come by IPv4.
    private void ListenDns(DnsProxy proxy, IPEndPoint address)
    {
        try
        {
            var server = new DnsServer(proxy, address);
            _dnsServers.Add(server);
            _ = server.RunAsync(_stop.Token);
            _log.Info("main", $"dns listens on {server.Address}");
        }
        catch (SocketException e)
        {
            _log.Warning("dns", $"{address}: {e.Message}");
        }
    }

    private async Task ListenAsync(SocketAddress address, LocalHandler handler, string name)
    {
        SocketAddress bound = await new LocalHttpServer(_local.Loop, handler, _stop.Token).ListenAsync(address).ConfigureAwait(false);
        _log.Info("main", $"{name} listens on {bound}");
    }

    // 15020, 15021 and 15090 on IPv4 only: kubelets and scrapers of IPv6-only clusters are not served yet.
    private static SocketAddress Any(int port) => SocketAddress.V4(0, port);

    private async Task RunXdsAsync()
    {
        if (_setup.XdsTarget is null)
        {
            return;
        }

        using var transport = new GrpcXdsTransport(_setup.XdsTarget, _setup.XdsIsDelta);
        var client = new DeltaClient(transport, _setup.Bootstrap.Node, _store, Publish, _stats, _log, TimeProvider.System);
        await client.RunAsync(_stop.Token).ConfigureAwait(false);
    }

    // The control plane and files may change something at one time; what is applied last must be what is newest.
    private void Publish(ProxySnapshot snapshot)
    {
        lock (_publishing)
        {
            _core.Apply(_paths.HasFiles ? _store.CurrentSnapshot() : snapshot);
        }
    }

    private async Task<bool> AskForReleaseAsync(AgentOptions agent, CancellationToken cancel)
    {
        if (_setup.XdsTarget is null)
        {
            return false;
        }

        using var transport = new GrpcXdsTransport(_setup.XdsTarget);
        var client = new EndpointReleaseClient(transport, _setup.Bootstrap.Node, agent.Address, _log, TimeProvider.System);
        return await client.AskAsync(agent.TerminationDrainDuration, cancel).ConfigureAwait(false);
    }

    // Nobody is sent here any more before the listeners close; then nothing new arrives while what is open may finish.
    private async Task DrainAsync()
    {
        _draining = true;
        bool outlived = _agent is { OutlivesApplication: true };
        if (_termination is not null && _signalled && !outlived)
        {
            await _termination.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _core.DrainListeners();
        TimeSpan limit = _agent?.TerminationDrainDuration ?? TimeSpan.FromSeconds(5);
        bool endEarly = _agent is null || _agent.ExitOnZeroActiveConnections || outlived;
        _log.Info("main", $"draining for {(endEarly ? "at most " : "")}{limit.TotalSeconds:F0} s");
        long started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < limit && !(endEarly && _core.ActiveConnections == 0))
        {
            await Task.Delay(DrainPoll).ConfigureAwait(false);
        }
    }

    private sealed class ClaimStripe : LoopTask
    {
        public override void Run(EventLoop loop) => StatsStore.ClaimWorkerThread(loop.WorkerIndex);
    }
}
