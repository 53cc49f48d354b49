namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>The pods behind a Service, grouped by the port numbers they resolve its ports to.</summary>
internal sealed record EndpointGroup(JsonArray Ports, List<JsonObject> Pods)
{
    /// <summary>The groups of a Service, in the order of pod names so that equal states give equal objects.</summary>
    public static List<EndpointGroup> Of(JsonObject service, IEnumerable<JsonObject> pods)
    {
        SortedDictionary<string, EndpointGroup> groups = new(StringComparer.Ordinal);
        JsonObject? selector = service.Child("spec", "selector");
        foreach (JsonObject pod in pods.OrderBy(p => p.Name(), StringComparer.Ordinal))
        {
            if (!Selector.MatchesMap(selector, pod.Child("metadata", "labels")) || PodState.IsFinished(pod)
                || pod.Text("status", "podIP") is not { Length: > 0 })
            {
                continue;
            }

            JsonArray ports = PortsOf(service, pod);
            string key = ports.ToJsonString();
            if (!groups.TryGetValue(key, out EndpointGroup? group))
            {
                group = new EndpointGroup(ports, []);
                groups[key] = group;
            }

            group.Pods.Add(pod);
        }

        return [.. groups.Values];
    }

    public static bool IsServing(JsonObject service, JsonObject pod) =>
        PodState.IsReady(pod) || service.Flag("spec", "publishNotReadyAddresses");

    public static JsonObject TargetReference(JsonObject pod) => new()
    {
        ["kind"] = "Pod",
        ["name"] = pod.Name(),
        ["namespace"] = pod.Namespace(),
        ["uid"] = pod.Uid(),
    };

    private static JsonArray PortsOf(JsonObject service, JsonObject pod)
    {
        JsonArray ports = [];
        foreach (JsonObject port in service.Items("spec", "ports"))
        {
            string protocol = port.Text("protocol") ?? "TCP";
            if (Resolve(port, protocol, pod) is not { } number)
            {
                continue;
            }

            JsonObject entry = new()
            {
                ["name"] = port.Text("name") ?? "",
                ["port"] = number,
                ["protocol"] = protocol,
            };
            if (port.Text("appProtocol") is { } appProtocol)
            {
                entry["appProtocol"] = appProtocol;
            }

            ports.Add(entry);
        }

        return ports;
    }

    // A pod that has no container port of the name asked for is no endpoint of that port.
    private static long? Resolve(JsonObject port, string protocol, JsonObject pod)
    {
        if (port.Text("targetPort") is not { } name)
        {
            return port.Number("targetPort") is { } number and > 0 ? number : port.Number("port");
        }

        IEnumerable<JsonObject> containers = pod.Items("spec", "containers")
            .Concat(pod.Items("spec", "initContainers").Where(c => c.Text("restartPolicy") == "Always"));
        foreach (JsonObject candidate in containers.SelectMany(c => c.Items("ports")))
        {
            if (candidate.Text("name") == name && (candidate.Text("protocol") ?? "TCP") == protocol)
            {
                return candidate.Number("containerPort");
            }
        }

        return null;
    }
}
