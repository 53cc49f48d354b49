namespace Lateen.Simulation.Tests.Harness;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Engine.Simulation;

/// <summary>Does what Kubernetes does with Services and Deployments: makes pods, gives addresses, keeps EndpointSlices.</summary>
internal sealed class Workloads(SimulatedNetwork network)
{
    private readonly Dictionary<string, JsonObject> _services = new(StringComparer.Ordinal);
    private int _nextPod = 10;
    private int _nextService = 1;

    public List<SimulatedPod> Pods { get; } = [];

    /// <summary>Virtual addresses by "name.namespace".</summary>
    public Dictionary<string, string> ServiceAddresses { get; } = new(StringComparer.Ordinal);

    /// <summary>Gives a Service its address, as the API server does.</summary>
    public void AddService(JsonObject service)
    {
        string key = Name(service) + "." + Namespace(service);
        JsonObject spec = service["spec"]!.AsObject();
        if (spec["type"]?.GetValue<string>() == "ExternalName")
        {
            return;
        }

        if (spec["clusterIP"] is null)
        {
            spec["clusterIP"] = "10.96.0." + _nextService++.ToString(CultureInfo.InvariantCulture);
        }

        ServiceAddresses[key] = spec["clusterIP"]!.GetValue<string>();
        _services[key] = service;
    }

    /// <summary>Starts a Deployment's pods.</summary>
    public IReadOnlyList<SimulatedPod> AddDeployment(JsonObject deployment)
    {
        JsonObject template = deployment["spec"]!["template"]!.DeepClone().AsObject();
        template["metadata"]!["labels"]!["pod-template-hash"] = "5d8f";
        int replicas = deployment["spec"]!["replicas"]?.GetValue<int>() ?? 1;
        List<SimulatedPod> started = [];
        for (int i = 0; i < replicas; i++)
        {
            string ip = "10.244.0." + _nextPod++.ToString(CultureInfo.InvariantCulture);
            string name = $"{Name(deployment)}-5d8f-{(char)('a' + i)}";
            started.Add(new SimulatedPod(name, Name(deployment), Namespace(deployment), ip, template, network));
        }

        Pods.AddRange(started);
        return started;
    }

    /// <summary>The EndpointSlices of all services, as they are now.</summary>
    public IEnumerable<JsonObject> Slices() => _services.Values.Select(Slice);

    /// <summary>An address behind a service address and port: what the nodes' packet filter does for pods without a proxy.</summary>
    public (string Ip, int Port)? Translate(string ip, int port)
    {
        foreach (JsonObject service in _services.Values)
        {
            if (service["spec"]!["clusterIP"]!.GetValue<string>() == ip
                && service["spec"]!["ports"]!.AsArray().FirstOrDefault(each => each!["port"]!.GetValue<int>() == port) is { } found
                && PodsOf(service).FirstOrDefault() is { } pod)
            {
                return (pod.Ip, pod.TargetPort(found) ?? port);
            }
        }

        return null;
    }

    public static string Name(JsonObject resource) => resource["metadata"]!["name"]!.GetValue<string>();

    public static string Namespace(JsonObject resource) => resource["metadata"]!["namespace"]!.GetValue<string>();

    private IEnumerable<SimulatedPod> PodsOf(JsonObject service) => Pods.Where(pod => pod.Namespace == Namespace(service)
        && service["spec"]!["selector"] is JsonObject selector && selector.All(label => pod.Label(label.Key) == label.Value!.GetValue<string>()));

    private JsonObject Slice(JsonObject service)
    {
        List<SimulatedPod> pods = [.. PodsOf(service)];
        var ports = new JsonArray();
        foreach (JsonNode? port in service["spec"]!["ports"]!.AsArray())
        {
            int? target = pods.Count == 0 ? port!["port"]!.GetValue<int>() : pods[0].TargetPort(port!);
            ports.Add(new JsonObject { ["name"] = port!["name"]?.GetValue<string>() ?? "", ["port"] = target, ["protocol"] = "TCP" });
        }

        var endpoints = new JsonArray();
        foreach (SimulatedPod pod in pods)
        {
            endpoints.Add(new JsonObject
            {
                ["addresses"] = new JsonArray(pod.Ip),
                ["nodeName"] = pod.NodeName,
                ["hostname"] = service["spec"]!["clusterIP"]!.GetValue<string>() == "None" ? pod.Name : "",
                ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["name"] = pod.Name, ["namespace"] = pod.Namespace },
            });
        }

        return new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name(service) + "-slice",
                ["namespace"] = Namespace(service),
                ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = Name(service) },
            },
            ["addressType"] = "IPv4",
            ["ports"] = ports,
            ["endpoints"] = endpoints,
        };
    }
}
