namespace Lateen.CommandLine.Proxies;

/// <summary>What a verb was pointed at: [TYPE/]NAME[.NAMESPACE].</summary>
internal sealed record PodTarget(string Type, string Name, string Namespace)
{
    public const string Pod = "pods";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["po"] = Pod, ["pod"] = Pod, ["pods"] = Pod,
        ["deploy"] = "deployments", ["deployment"] = "deployments", ["deployments"] = "deployments",
        ["rs"] = "replicasets", ["replicaset"] = "replicasets", ["replicasets"] = "replicasets",
        ["sts"] = "statefulsets", ["statefulset"] = "statefulsets", ["statefulsets"] = "statefulsets",
        ["ds"] = "daemonsets", ["daemonset"] = "daemonsets", ["daemonsets"] = "daemonsets",
        ["svc"] = "services", ["service"] = "services", ["services"] = "services",
    };

    public static PodTarget Parse(string text, string defaultNamespace)
    {
        int slash = text.IndexOf('/');
        if (!Types.TryGetValue(slash < 0 ? "pod" : text[..slash], out string? type))
        {
            throw new CommandFailure(
                $"{text}: no pods are behind a {text[..slash]}; use a pod, deploy/NAME, sts/NAME, ds/NAME, rs/NAME or svc/NAME",
                CommandTree.UsageError);
        }

        string name = text[(slash + 1)..];
        int dot = name.LastIndexOf('.');
        string ns = dot < 0 ? defaultNamespace : name[(dot + 1)..];
        name = dot < 0 ? name : name[..dot];
        return name.Length > 0 && ns.Length > 0 && !name.Contains('/')
            ? new PodTarget(type, name, ns)
            : throw new CommandFailure(
                $"\"{text}\" names no pod; write [TYPE/]NAME[.NAMESPACE], for example deploy/reviews-v1.default", CommandTree.UsageError);
    }
}
