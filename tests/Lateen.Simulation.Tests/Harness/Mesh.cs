namespace Lateen.Simulation.Tests.Harness;

using System.Text.Json.Nodes;
using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;
using Lateen.Control.Translation;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;
using Lateen.Testing;

/// <summary>
/// A whole mesh in one thread: YAML goes through the real translation and xDS into real proxies, whose calls travel a simulated
/// network in virtual time. The same seed gives the same run.
/// </summary>
internal sealed class Mesh : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ConfigStore _config = new(new MeshSettings { AccessLogFile = "/dev/stdout" });
    private readonly XdsTranslator _translator = new(new TranslationCache());
    private readonly Workloads _workloads;
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;
    private readonly SimulatedLoop _outside;
    private readonly Dictionary<string, string> _externalHosts = new(StringComparer.Ordinal);
    private readonly List<TestUpstream> _external = [];

    public Mesh(ulong seed, params string[] yaml)
    {
        Network = new SimulatedNetwork(seed);
        _outside = Network.CreateLoop();
        _outside.Address = TestProxy.Ip("203.0.113.9", 0);
        _outside.Redirect = to => Deliver(null, to);
        _workloads = new Workloads(Network);
        _config.MarkSynced();
        Apply(yaml);
    }

    /// <summary>The bookinfo sample, an ingress gateway, and rules.</summary>
    public static Mesh Bookinfo(params string[] rules) =>
        new(1, [Yaml.File("samples/bookinfo/platform/kube/bookinfo.yaml"), Worlds.Gateway, .. rules]);

    public SimulatedNetwork Network { get; }

    /// <summary>What the proxies' resolver knows.</summary>
    public TestNames Names { get; } = new();

    public IEnumerable<SimulatedPod> Pods => _workloads.Pods;

    private IEnumerable<SimulatedProxy> Proxies => Pods.Select(pod => pod.Proxy).OfType<SimulatedProxy>();

    /// <summary>The first pod of a workload; "reviews" finds "reviews-v1".</summary>
    public SimulatedPod Pod(string workload) =>
        Pods.FirstOrDefault(pod => pod.Workload == workload || pod.Name == workload)
        ?? Pods.First(pod => pod.Workload.StartsWith(workload + "-", StringComparison.Ordinal));

    public SimulatedProxy Proxy(string workload) =>
        Pod(workload).Proxy ?? throw new ArgumentException("has no proxy", nameof(workload));

    /// <summary>Applies everything as one change and lets it take effect.</summary>
    public void Apply(params string[] yaml) => ApplyWhile(static () => { }, yaml);

    /// <summary>Applies everything as one change; calls back before each message of each proxy's configuration stream.</summary>
    public void ApplyWhile(Action between, params string[] yaml)
    {
        List<SimulatedPod> started = [];
        foreach (JsonObject document in yaml.SelectMany(Yaml.Documents))
        {
            switch (document["kind"]!.GetValue<string>())
            {
                case "Deployment":
                    started.AddRange(_workloads.AddDeployment(document));
                    break;
                case "Service":
                    _workloads.AddService(document);
                    Store(document);
                    break;
                default:
                    Store(document);
                    break;
            }
        }

        foreach (SimulatedPod pod in started)
        {
            Store(pod.ToJson());
        }

        StoreSlices();
        Publish(between, started);
    }

    /// <summary>What the control plane says of every object.</summary>
    public IReadOnlyList<ObjectStatus> Statuses() =>
        new StatusReporter(() => _snapshot, () => [], () => _config.Rejected).All();

    /// <summary>Whether an object can be read at all; one that cannot never gets past the API server.</summary>
    public static bool CanStore(JsonObject document)
    {
        try
        {
            return Yaml.Resource((JsonObject)document.DeepClone()) is not null;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>Deletes objects, each "Kind/name" in the default namespace, as one change.</summary>
    public void Delete(params string[] names) => DeleteWhile(static () => { }, names);

    public void DeleteWhile(Action between, params string[] names)
    {
        foreach (string name in names)
        {
            string[] parts = name.Split('/');
            string group = parts[0] is "Service" ? "" : "networking.istio.io";
            _config.Remove(new ResourceKey(group, parts[0], "default", parts[1]));
        }

        Publish(between, []);
    }

    /// <summary>Ends a pod: first its endpoint goes everywhere, then its process.</summary>
    public void DeletePod(SimulatedPod pod, Action between)
    {
        _workloads.Pods.Remove(pod);
        StoreSlices();
        Publish(between, []);
        pod.App.Stop();
        pod.Proxy?.Dispose();
        Network.RunUntilIdle();
    }

    /// <summary>The virtual address of a Service of the default namespace.</summary>
    public string AddressOf(string service) => _workloads.ServiceAddresses[service + ".default"];

    /// <summary>A server outside the mesh.</summary>
    public TestUpstream AddExternal(string host, string ip, int port)
    {
        _externalHosts[host] = ip;
        Names.Set(host, null, ip);
        SimulatedLoop loop = Network.CreateLoop();
        loop.Address = TestProxy.Ip(ip, 0);
        string answer = TestUpstream.Response(200, host, SimulatedPod.WorkloadHeader + ": " + host);
        var server = new TestUpstream(loop, TestProxy.Ip(ip, port)) { Answer = _ => answer };
        _external.Add(server);
        return server;
    }

    /// <summary>One call on a connection of its own: "GET http://reviews:9080/reviews/0".</summary>
    public CallResult Call(string from, string request, params string[] headers) => Finish(Start(from, request, headers));

    /// <summary>A call from outside through the ingress gateway.</summary>
    public CallResult CallGateway(string request, params string[] headers)
    {
        (string line, Uri url) = Split(request);
        TestClient client = new(Network, _outside, TestProxy.Ip(Pod("istio-ingressgateway").Ip, 8080));
        return Finish(Send(client, line, url, headers));
    }

    /// <summary>A call from outside to a gateway's pod, on the port that the URL names.</summary>
    public CallResult CallInto(string workload, string request, params string[] headers)
    {
        (string line, Uri url) = Split(request);
        TestClient client = new(Network, _outside, TestProxy.Ip(Pod(workload).Ip, url.Port));
        return Finish(Send(client, line, url, headers));
    }

    /// <summary>The same call many times.</summary>
    public IReadOnlyList<CallResult> Calls(int count, string from, string request, params string[] headers) =>
        [.. Enumerable.Range(0, count).Select(_ => Call(from, request, headers))];

    /// <summary>Starts a call without waiting for its answer.</summary>
    public PendingCall Start(string from, string request, params string[] headers)
    {
        (string line, Uri url) = Split(request);
        return Send(Connect(from, url.Host, url.Port), line, url, headers);
    }

    public CallResult Finish(PendingCall pending)
    {
        if (!Network.AdvanceUntil(() => pending.Call.IsDone, Patience))
        {
            throw new TimeoutException("The call was not answered.");
        }

        pending.Client.Close();
        var elapsed = TimeSpan.FromMicroseconds(pending.Call.DoneMicros - pending.StartedMicros);
        IEnumerable<TestRequest> seen = Apps().SelectMany(app => app.Requests.Skip(pending.Before.GetValueOrDefault(app)));
        return new CallResult(pending.Call.Response, elapsed, [.. seen]);
    }

    /// <summary>Opens a connection as an application of a pod does.</summary>
    public TestClient Connect(string from, string host, int port)
    {
        TestClient client = new(Network, Pod(from).Loop, TestProxy.Ip(Resolve(host), port));
        Network.RunUntilIdle();
        return client;
    }

    /// <summary>Opens a connection from outside to a gateway's pod.</summary>
    public TestClient ConnectInto(string workload, int port)
    {
        TestClient client = new(Network, _outside, TestProxy.Ip(Pod(workload).Ip, port));
        Network.RunUntilIdle();
        return client;
    }

    public void Dispose()
    {
        foreach (SimulatedProxy proxy in Proxies)
        {
            proxy.Dispose();
        }

        Network.RunUntilIdle();
    }

    private static (string Line, Uri Url) Split(string request)
    {
        int space = request.IndexOf(' ', StringComparison.Ordinal);
        var url = new Uri(request[(space + 1)..]);
        return (request[..space] + " " + url.PathAndQuery, url);
    }

    private PendingCall Send(TestClient client, string line, Uri url, string[] headers)
    {
        Dictionary<TestUpstream, int> before = Apps().ToDictionary(app => app, app => app.RequestCount);
        long started = Network.NowMicros;
        bool named = headers.Any(header => header.StartsWith("host:", StringComparison.OrdinalIgnoreCase));
        string[] all = named ? headers : ["host: " + url.Authority, .. headers];
        return new PendingCall(client, client.Send(line, all), started, before);
    }

    private IEnumerable<TestUpstream> Apps() => Pods.SelectMany(pod => pod.Apps).Concat(_external);

    private string Resolve(string host)
    {
        if (_externalHosts.TryGetValue(host, out string? external))
        {
            return external;
        }

        string[] labels = host.Split('.');
        string key = labels.Length > 1 ? labels[0] + "." + labels[1] : labels[0] + ".default";
        return _workloads.ServiceAddresses.GetValueOrDefault(key, host);
    }

    private void Store(JsonObject document)
    {
        if (Yaml.Resource(document) is { } resource)
        {
            _config.Apply(Yaml.Key(document), resource);
        }
    }

    private void StoreSlices()
    {
        foreach (JsonObject slice in _workloads.Slices())
        {
            Store(slice);
        }
    }

    private void Publish(Action between, IReadOnlyList<SimulatedPod> started)
    {
        SnapshotChange change = _config.TakeSnapshot();
        _snapshot = change.Snapshot;
        if (!change.IsEmpty)
        {
            var push = new PushRequest(change.Snapshot, change.Full, change.ChangedServices, Network.NowMicros);
            foreach (SimulatedProxy proxy in Proxies)
            {
                proxy.Push(push);
            }
        }

        foreach (SimulatedPod pod in started.Where(pod => pod.IsInjected))
        {
            pod.Proxy = new SimulatedProxy(pod, Network, _translator, change.Snapshot, Names);
        }

        foreach (SimulatedPod pod in started)
        {
            pod.Loop.Redirect = to => pod.Proxy is null || IsLoopback(to) ? Deliver(pod, to) : pod.Address.WithPort(15001);
            pod.Proxy?.Loop.Redirect = to => Deliver(pod, to);
        }

        Settle(between);
    }

    private void Settle(Action between)
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            foreach (SimulatedProxy proxy in Proxies)
            {
                between();
                moved |= proxy.Step();
                Network.RunUntilIdle();
            }
        }

        foreach (SimulatedProxy proxy in Proxies)
        {
            Assert.True(proxy.Refusals.Count == 0, string.Join('\n', proxy.Refusals));
        }
    }

    private static bool IsLoopback(in SocketAddress address) => address.V4Bits >> 24 == 127;

    // Service addresses become pod addresses, and pods with a sidecar are entered through it. A gateway takes calls itself.
    private SocketAddress Deliver(SimulatedPod? from, SocketAddress to)
    {
        string ip = to.ToIPAddress().ToString();
        if (_workloads.Translate(ip, to.Port) is { } target)
        {
            (ip, int port) = target;
            to = TestProxy.Ip(ip, port);
        }

        SimulatedPod? pod = Pods.FirstOrDefault(each => each.Ip == ip);
        bool enters = pod is { Proxy: not null, IsGateway: false } && pod != from;
        return enters ? to.WithPort(15006) : to;
    }
}
