namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>lateen status: whether the local cluster runs, where, and how its pods are. Exit code 1 when it does not run.</summary>
internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<string> home = Options.Home();
        Option<string> output = Options.Output("table", "json", "yaml");
        var command = new Command("status", "show whether the local cluster runs and how its pods are") { home, output };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(home), parsed.GetRequiredValue(output), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string path, string output, CancellationToken cancel)
    {
        var home = new ClusterHome(path);
        ClusterStatus? status = ClusterStatus.TryRead(home);
        bool running = status is { IsRunning: true };
        JsonArray pods = running && status is { Ready: true } ? await PodsAsync(path, cancel) : [];
        var report = new JsonObject
        {
            ["running"] = running,
            ["home"] = home.Path,
            ["launcherPid"] = running ? status?.LauncherProcess : null,
            ["started"] = running ? status?.Started.ToString("O") : null,
            ["api"] = running ? $"https://127.0.0.1:{status?.ApiPort}" : null,
            ["charts"] = running && status is { ChartsPort: > 0 } ? $"http://127.0.0.1:{status.ChartsPort}" : null,
            ["kubeconfig"] = home.Kubeconfig,
            ["pods"] = pods,
        };
        Console.Write(output switch
        {
            "json" => report.ToJsonString(Indented) + "\n",
            "yaml" => YamlWriter.Write(report),
            _ => Table(report),
        });
        return running ? 0 : 1;
    }

    private static async Task<JsonArray> PodsAsync(string home, CancellationToken cancel)
    {
        using KubeApi api = LocalCluster.Api(home);
        JsonObject list = await api.GetAsync(KubePath.Pods.All, cancel);
        return
        [
            .. (list["items"] as JsonArray ?? []).OfType<JsonObject>().Select(pod => new JsonObject
            {
                ["namespace"] = pod["metadata"]?["namespace"]?.ToString(),
                ["name"] = pod["metadata"]?["name"]?.ToString(),
                ["phase"] = pod["status"]?["phase"]?.ToString(),
                ["ready"] = (pod["status"]?["conditions"] as JsonArray ?? [])
                    .Any(c => c?["type"]?.ToString() == "Ready" && c["status"]?.ToString() == "True"),
            }),
        ];
    }

    private static string Table(JsonObject report)
    {
        if (report["running"]?.GetValue<bool>() != true)
        {
            return $"no cluster runs from {report["home"]}; start one with `lateen up`\n";
        }

        var text = new System.Text.StringBuilder();
        text.AppendLine($"running since {report["started"]} (process {report["launcherPid"]})");
        text.AppendLine($"  API       {report["api"]}");
        if (report["charts"] is { } charts)
        {
            text.AppendLine($"  charts    helm repo add lateen {charts}");
        }

        text.AppendLine($"  kubectl   export KUBECONFIG={report["kubeconfig"]}");
        text.Append(Output.TextTable.Format(
            ["NAMESPACE", "POD", "PHASE", "READY"],
            [.. (report["pods"] as JsonArray ?? []).OfType<JsonObject>().Select(p =>
                new[] { $"{p["namespace"]}", $"{p["name"]}", $"{p["phase"]}", p["ready"]?.GetValue<bool>() == true ? "yes" : "no" })]));
        return text.ToString();
    }
}
