namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>lateen logs: the cluster's own log, or that of a component or pod named by the beginning of its name.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var kube = new KubeOptions();
        var target = new Argument<string?>("NAME")
        {
            Description = "beginning of a pod's name (istiod, istio-ingressgateway, reviews-v1); without it, the cluster's own log",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var container = new Option<string?>("--container") { Description = "container; the first one by default" };
        var tail = new Option<int>("--tail") { Description = "number of last lines", DefaultValueFactory = _ => 100 };
        var follow = new Option<bool>("--follow") { Description = "go on with what is written from now on" };
        follow.Aliases.Add("-f");
        var command = new Command("logs", "show the log of the cluster, a component or a pod") { target, container, tail, follow };
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            string? name = parsed.GetValue(target);
            if (name is null)
            {
                await ShowClusterLogAsync(new ClusterHome(kube.Home(parsed)), parsed.GetValue(tail), cancel);
                return 0;
            }

            using var api = new KubeApi(kube.Configuration(parsed));
            await ShowPodLogAsync(api, name, parsed.GetValue(container), parsed.GetValue(tail), parsed.GetValue(follow), cancel);
            return 0;
        });
        return command;
    }

    private static async Task ShowClusterLogAsync(ClusterHome home, int tail, CancellationToken cancel)
    {
        if (!File.Exists(home.ClusterLog))
        {
            throw new CommandFailure($"{home.ClusterLog} does not exist: only a detached cluster writes one; the log of `lateen up` is its terminal");
        }

        string[] lines = await File.ReadAllLinesAsync(home.ClusterLog, cancel);
        foreach (string line in lines.TakeLast(tail))
        {
            Console.WriteLine(line);
        }
    }

    private static async Task ShowPodLogAsync(
        KubeApi api, string name, string? container, int tail, bool follow, CancellationToken cancel)
    {
        JsonObject list = await api.GetAsync(KubePath.Pods.All, cancel);
        JsonObject pod = (list["items"] as JsonArray ?? []).OfType<JsonObject>()
            .FirstOrDefault(p => (p["metadata"]?["name"]?.ToString() ?? "").StartsWith(name, StringComparison.Ordinal))
            ?? throw new CommandFailure($"no pod's name begins with {name}; `lateen status` lists them");
        string path = KubePath.Pods.Named($"{pod["metadata"]?["namespace"]}", $"{pod["metadata"]?["name"]}");
        container ??= pod["metadata"]?["annotations"]?["kubectl.kubernetes.io/default-container"]?.ToString()
            ?? pod["spec"]?["containers"]?[0]?["name"]?.ToString();
        string query = $"container={container}&tailLines={tail}{(follow ? "&follow=true" : "")}";
        await foreach (string line in api.ReadLinesAsync($"{path}/log?{query}", cancel))
        {
            Console.WriteLine(line);
        }
    }
}
