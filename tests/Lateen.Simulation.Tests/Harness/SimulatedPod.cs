namespace Lateen.Simulation.Tests.Harness;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;
using Lateen.Testing;

/// <summary>A pod: its application on simulated sockets and, unless it opted out, its proxy.</summary>
internal sealed class SimulatedPod
{
    /// <summary>Applications of the simulation name themselves in this response header.</summary>
    public const string WorkloadHeader = "x-workload";

    private readonly JsonObject _labels;
    private readonly JsonArray _ports;

    public SimulatedPod(string name, string workload, string ns, string ip, JsonObject template, SimulatedNetwork network)
    {
        Name = name;
        Workload = workload;
        Namespace = ns;
        Ip = ip;
        _labels = template["metadata"]!["labels"]!.DeepClone().AsObject();
        JsonNode container = template["spec"]!["containers"]![0]!;
        _ports = container["ports"]?.DeepClone().AsArray() ?? [];
        NodeName = template["spec"]!["nodeName"]?.GetValue<string>() ?? "";
        ServiceAccount = template["spec"]!["serviceAccountName"]?.GetValue<string>() ?? "default";
        Loop = network.CreateLoop();
        Loop.Address = Address;
        Loop.OwnNamespace = true;
        foreach (JsonNode? port in IsGateway ? [] : _ports)
        {
            Apps.Add(new TestUpstream(Loop, Address.WithPort(port!["containerPort"]!.GetValue<int>())) { Answer = _ => Ok() });
        }
    }

    public string Name { get; }

    /// <summary>The Deployment's name.</summary>
    public string Workload { get; }

    public string Namespace { get; }

    public string Ip { get; }

    public string ServiceAccount { get; }

    public string NodeName { get; }

    public SocketAddress Address => TestProxy.Ip(Ip, 0);

    public SimulatedLoop Loop { get; }

    /// <summary>The application's ports, in the order of the pod's specification.</summary>
    public List<TestUpstream> Apps { get; } = [];

    public TestUpstream App => Apps[0];

    public SimulatedProxy? Proxy { get; set; }

    public bool IsGateway => Label("istio") == "ingressgateway" || Label("gateway.networking.k8s.io/gateway-name").Length > 0;

    public bool IsInjected => Label("sidecar.istio.io/inject") != "false";

    public string Label(string key) => _labels[key]?.GetValue<string>() ?? "";

    /// <summary>The application's good answer.</summary>
    public string Ok(string? body = null, params string[] headers) =>
        TestUpstream.Response(200, body ?? Workload, [WorkloadHeader + ": " + Workload, .. headers]);

    /// <summary>Another answer of the application.</summary>
    public string Fail(int status) => TestUpstream.Response(status, "", WorkloadHeader + ": " + Workload);

    /// <summary>The port behind a service's targetPort, which may be a name.</summary>
    public int? TargetPort(JsonNode servicePort)
    {
        JsonNode? target = servicePort["targetPort"];
        if (target is null)
        {
            return servicePort["port"]!.GetValue<int>();
        }

        if (target.GetValueKind() is System.Text.Json.JsonValueKind.Number)
        {
            return target.GetValue<int>();
        }

        JsonNode? named = _ports.FirstOrDefault(port => port!["name"]?.GetValue<string>() == target.GetValue<string>());
        return named?["containerPort"]!.GetValue<int>();
    }

    /// <summary>The pod as the API server would show it.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = Namespace,
            ["labels"] = _labels.DeepClone(),
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = "ReplicaSet",
                ["name"] = Workload + "-" + Label("pod-template-hash"),
                ["controller"] = true,
            }),
        },
        ["spec"] = new JsonObject
        {
            ["serviceAccountName"] = ServiceAccount,
            ["nodeName"] = NodeName,
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["ports"] = _ports.DeepClone() }),
        },
        ["status"] = new JsonObject { ["podIP"] = Ip },
    };

    /// <summary>The environment that injection gives the proxy's container.</summary>
    public Dictionary<string, string> AgentVariables() => new()
    {
        ["POD_NAME"] = Name,
        ["POD_NAMESPACE"] = Namespace,
        ["INSTANCE_IP"] = Ip,
        ["SERVICE_ACCOUNT"] = ServiceAccount,
        ["ISTIO_META_WORKLOAD_NAME"] = Workload,
        ["ISTIO_META_CLUSTER_ID"] = "Kubernetes",
        ["ISTIO_META_MESH_ID"] = "cluster.local",
        ["ISTIO_META_POD_PORTS"] = _ports.ToJsonString(),
        ["ISTIO_META_OWNER"] = $"kubernetes://apis/apps/v1/namespaces/{Namespace}/deployments/{Workload}",
    };

    public string? DownwardFile(string path) => path.EndsWith("/labels", StringComparison.Ordinal)
        ? string.Join('\n', _labels.Select(label => string.Create(CultureInfo.InvariantCulture, $"{label.Key}=\"{label.Value}\"")))
        : null;
}
