namespace Lateen.Testing;

using System.Collections.Frozen;
using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;

/// <summary>
/// The real proxy core on a simulated network and virtual time, in front of fake upstreams. By default it listens on
/// 10.0.0.1:80 and sends everything to the cluster "upstream" with one host.
/// </summary>
public sealed class TestProxy : IDisposable
{
    public const string ClusterName = "upstream";

    private readonly SimulatedLoop _outside;
    private readonly Dictionary<SocketAddress, TestUpstream> _upstreams = [];

    public TestProxy()
        : this(static _ => { })
    {
    }

    /// <summary>A proxy with one filter.</summary>
    public TestProxy(params HttpFilterFactory[] filters)
        : this(setup => setup.Filters = filters)
    {
    }

    public TestProxy(Action<TestProxySetup> configure)
    {
        var setup = new TestProxySetup();
        configure(setup);
        Network = new SimulatedNetwork(setup.Seed);
        Loop = Network.CreateLoop();
        Loop.Address = Ip("10.0.0.1", 0);
        SimulatedLoop[] loops = [Loop, .. Enumerable.Range(1, setup.Workers - 1).Select(i => Network.CreateLoop(workerIndex: i))];
        foreach (SimulatedLoop loop in loops)
        {
            loop.Address = Loop.Address;
        }

        _outside = Network.CreateLoop();
        _outside.Address = Ip("10.9.9.9", 0);
        Stats = new StatsStore();
        Core = new ProxyCore(loops, Stats, new ProxyCoreOptions
        {
            ListenDescriptors = setup.ListenDescriptors,
            Resolver = setup.Resolver,
            Overload = setup.Overload,
            Locality = setup.Locality,
            LocalClusterName = setup.LocalClusterName,
            OnListenFailure = (name, problem) => throw new IOException($"{name}: {problem}"),
        });
        Upstream = AddUpstream("10.0.1.1", 9080);
        AccessLog = setup.AccessLog;
        Apply(setup.Snapshot ?? setup.Build(Upstream.Address));
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public ProxyCore Core { get; }

    public StatsStore Stats { get; }

    /// <summary>The first upstream, 10.0.1.1:9080.</summary>
    public TestUpstream Upstream { get; }

    public RecordingAccessLogger AccessLog { get; }

    public SocketAddress Address { get; } = Ip("10.0.0.1", 80);

    public static SocketAddress Ip(string address, int port) =>
        SocketAddress.TryParse(address, port, out SocketAddress parsed)
            ? parsed : throw new ArgumentException(address, nameof(address));

    public void Apply(ProxySnapshot snapshot)
    {
        Core.Apply(snapshot);
        Network.RunUntilIdle();
    }

    public TestUpstream AddUpstream(string address, int port)
    {
        var upstream = new TestUpstream(_outside, Ip(address, port));
        _upstreams[upstream.Address] = upstream;
        return upstream;
    }

    /// <summary>Sends a request ("GET /path") on a connection of its own and runs until nothing moves.</summary>
    public TestCall Send(string requestLine, params string[] headers) => Connect().Send(requestLine, headers);

    /// <summary>Opens a client connection to the proxy, or to another address that is redirected to it.</summary>
    public TestClient Connect(SocketAddress? to = null, SocketAddress? redirectTo = null)
    {
        _outside.Redirect = redirectTo is { } target ? _ => target : null;
        var client = new TestClient(Network, _outside, to ?? Address);
        Network.RunUntilIdle();
        _outside.Redirect = null;
        return client;
    }

    /// <summary>Opens a connection with TLS.</summary>
    public TestClient ConnectTls(TlsClientOptions tls)
    {
        var client = new TestClient(Network, _outside, Address, tls);
        Network.RunUntilIdle();
        return client;
    }

    public void Advance(TimeSpan time) => Network.Advance(time);

    public void AdvanceMs(double milliseconds) => Network.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public void Run() => Network.RunUntilIdle();

    public long Counter(string name) => Stats.Counter(name).Value;

    public long Gauge(string name) => Stats.Gauge(name).Value;

    public void Dispose()
    {
        Core.CloseAll();
        Network.RunUntilIdle();
    }
}
