namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Analysis;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Proxies;
using Lateen.Control.Analysis;
using Lateen.Kubernetes;

/// <summary>lateen describe: which rules concern a pod or a Service, and what is wrong with them.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        var command = new Command("describe", "say which rules concern a pod or a Service") { Pod(), Service() };
        command.Aliases.Add("des");
        return command;
    }

    private static Command Pod() => Verb("pod", ["po"], "pods", static (set, name, ns) => new Description(set).OfPod(
        set.Pods.FirstOrDefault(p => p.Name == name && p.Namespace == ns)
        ?? throw new CommandFailure($"there is no pod {name} in namespace {ns}; see `kubectl get pods -A`")));

    private static Command Service() =>
        Verb("service", ["svc"], "services", static (set, name, ns) => new Description(set).OfService(
        set.Services.FirstOrDefault(s => s.Name == name && s.Namespace == ns)
        ?? throw new CommandFailure($"there is no Service {name} in namespace {ns}; see `kubectl get services -A`")));

    private static Command Verb(string name, string[] aliases, string what, Func<AnalysisSet, string, string, string> describe)
    {
        var kube = new KubeOptions();
        Option<string> ns = Options.Namespace();
        Option<string> istioNamespace = Options.IstioNamespace();
        var target = new Argument<string>("NAME[.NAMESPACE]")
        {
            Description = $"one of the {what}; for pods deploy/NAME works too",
        };
        var command = new Command(name, $"say which rules concern one of the {what}") { target, ns, istioNamespace };
        foreach (string alias in aliases)
        {
            command.Aliases.Add(alias);
        }

        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            PodTarget found = PodTarget.Parse(parsed.GetRequiredValue(target), parsed.GetRequiredValue(ns));
            string wanted = found.Name;
            if (what == "pods" && found.Type != PodTarget.Pod)
            {
                JsonObject pod = await new PodFinder(api).FindAsync(found, cancel);
                wanted = pod.TextAt("metadata", "name");
            }

            var cluster = new ClusterObjects(api, parsed.GetRequiredValue(istioNamespace));
            var set = new AnalysisSet(await cluster.ReadAsync(cancel), await cluster.MeshAsync(cancel));
            Console.Write(describe(set, wanted, found.Namespace));
            return 0;
        });
        return command;
    }
}
