namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using k8s;
using Lateen.Api.Text;
using Lateen.CommandLine.Analysis;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Proxies;
using Lateen.Control.Analysis;
using Lateen.Kubernetes;

/// <summary>lateen x precheck: whether the mesh can be installed or upgraded without harm.</summary>
internal static class PrecheckCommand
{
    // Of the Kubernetes versions that are still maintained, the oldest.
    private const int OldestMinor = 30;

    private static readonly string[] Read = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];

    public static Command Create()
    {
        var kube = new KubeOptions();
        var ns = new Option<string?>("--namespace", "-n") { Description = "look at pods of this namespace only" };
        Option<string> istioNamespace = Options.IstioNamespace();
        var command = new Command("precheck", "check whether the mesh can be installed or upgraded") { ns, istioNamespace };
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            KubernetesClientConfiguration configuration = kube.Configuration(parsed);
            using var api = new KubeApi(configuration);
            List<string> problems = [];
            ServerVersion version = await ServerVersion.ReadAsync(api, cancel);
            if (version.Major == 1 && version.Minor < OldestMinor)
            {
                problems.Add($"Error [IST0142] Kubernetes {version.Major}.{version.Minor} is older than 1.{OldestMinor}");
            }

            var set = new AnalysisSet(await new ClusterObjects(api, parsed.GetRequiredValue(istioNamespace)).ReadAsync(cancel));
            IReadOnlyList<AnalysisMessage> messages = await ListenersAsync(set, parsed.GetValue(ns),
                new PodExec(configuration), cancel);
            Console.Write(AnalysisReport.Print(messages, "log", useColor: false));
            Console.Write(string.Concat(problems.Select(static p => p + "\n")));
            if (problems.Count == 0 && messages.Count == 0)
            {
                Console.WriteLine("✔ No issues found when checking the cluster. Lateen is safe to install or upgrade!");
                return 0;
            }

            throw new CommandFailure("issues found when checking the cluster");
        });
        return command;
    }

    private static async Task<IReadOnlyList<AnalysisMessage>> ListenersAsync(
        AnalysisSet set, string? ns, PodExec exec, CancellationToken cancel)
    {
        Dictionary<AnalysisObject, IReadOnlyList<ListeningSocket>> sockets = [];
        foreach (AnalysisObject pod in set.Pods.Where(p => (ns is null || p.Namespace == ns) && IsRunningWithProxy(p)))
        {
            try
            {
                sockets[pod] = ListeningSocket.Parse(await exec.RunAsync(pod.Namespace, pod.Name, "istio-proxy", Read, cancel));
            }
            catch (CommandFailure failure)
            {
                Console.Error.WriteLine($"warning: the sockets of {pod.Name} are not known: {failure.Message}");
            }
        }

        return MeshAnalysis.Sorted(ListenerAnalyzer.Find(set, sockets.GetValueOrDefault));
    }

    private static bool IsRunningWithProxy(AnalysisObject pod) => pod.Root.TextAt("status", "phase") == "Running"
        && pod.Root.ObjectsAt("spec", "containers").Concat(pod.Root.ObjectsAt("spec", "initContainers")).Any(static c =>
            c.TextAt("name") == "istio-proxy");
}
