namespace Lateen.Simulation.Tests.Harness;

using System.Globalization;
using Envoy.Config.Core.V3;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;
using Lateen.Engine.Simulation;
using Lateen.Filters;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Testing;

/// <summary>A sidecar or gateway: the real data path and ADS client of one pod, on a simulated loop.</summary>
internal sealed class SimulatedProxy : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StatsStore _stats = new();
    private readonly FilterEnvironment _environment;
    private readonly RecordedLog _log = new();
    private readonly AdsLink _link;
    private readonly ProxyCore _core;

    public SimulatedProxy(SimulatedPod pod, SimulatedNetwork network, XdsTranslator translator, MeshSnapshot snapshot, TestNames names)
    {
        var clock = new SimulatedClock(network);
        Node node = AgentEnvironment.Read(pod.IsGateway ? "router" : "sidecar", pod.AgentVariables(), pod.DownwardFile).Node;
        Assert.True(ProxyNodeReader.TryRead(node, out ProxyNode? known, out string problem), problem);
        Loop = network.CreateLoop(workerIndex: 0);
        Loop.Address = pod.Address;
        Loop.OwnNamespace = true;
        _environment = new FilterEnvironment(_stats, node.Id, node.Metadata, _ => _log);
        var options = new ProxyCoreOptions
        {
            OnListenFailure = (name, why) => throw new IOException($"{name}: {why}"),
            Resolver = names,
        };
        _core = new ProxyCore([Loop], _stats, options);
        var store = new ResourceStore(FilterCatalog.Create(_environment), clock);
        ResourceSource source = (current, type, names) => translator.Translate(current, known, type, names);
        _link = new AdsLink(new AdsSession(known, known.Id + "-1", snapshot, source, clock));
        var client = new DeltaClient(_link, node, store, _core.Apply, _stats, new ProxyLog(Warnings, clock), clock);
        _core.Apply(store.CurrentSnapshot());
        _ = client.RunAsync(_stop.Token);
    }

    public SimulatedLoop Loop { get; }

    /// <summary>What the proxy wrote to its own log.</summary>
    public StringWriter Warnings { get; } = new(CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Refusals => _link.Refusals;

    /// <summary>Types of xDS responses received, in order.</summary>
    public List<string> Delivered => _link.Delivered;

    public void Push(PushRequest push) => _link.Push(push);

    /// <summary>Moves one message of the control plane's stream; false when none is under way.</summary>
    public bool Step() => _link.Step();

    public long Counter(string name) => _stats.Counter(name).Value;

    /// <summary>The proxy's metrics as Prometheus reads them.</summary>
    public IEnumerable<string> Metrics(string name) =>
        StatsText.Prometheus(_stats).Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal));

    /// <summary>The access log; nothing is logged after this.</summary>
    public IReadOnlyList<string> EndLog()
    {
        _environment.Dispose();
        return _log.Lines;
    }

    public void Drain() => _core.DrainListeners();

    public void Dispose()
    {
        _stop.Cancel();
        _link.End();
        _core.CloseAll();
        _environment.Dispose();
        _stop.Dispose();
    }
}
