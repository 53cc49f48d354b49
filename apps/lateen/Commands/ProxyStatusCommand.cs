namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Proxies;
using Lateen.Kubernetes;

/// <summary>lateen proxy-status: which proxies are connected, and whether each has what was last sent.</summary>
internal static class ProxyStatusCommand
{
    public static Command Create()
    {
        var kube = new KubeOptions();
        Option<string> ns = Options.Namespace();
        Option<string> istioNamespace = Options.IstioNamespace();
        Option<string> output = Options.Output("table", "wide", "json", "yaml", "name");
        var verbosity = new Option<int>("--verbosity", "-v") { Description = "0 names the types, 1 adds the state of each" };
        var targets = new Argument<string[]>("[TYPE/]NAME[.NAMESPACE]") 
        {
            Description = "only these pods",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("proxy-status", "show how far each proxy follows the control plane")
        {
            targets, output, verbosity, ns, istioNamespace,
        };
        command.Aliases.Add("ps");
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            var debug = new ControlPlaneDebug(api, parsed.GetRequiredValue(istioNamespace));
            List<PodTarget> wanted = 
                [.. (parsed.GetValue(targets) ?? []).Select(t => PodTarget.Parse(t, parsed.GetRequiredValue(ns)))];
            SyncView view = SyncView.Of(await debug.GetAsync("debug/syncz", cancel));
            if (wanted.Count > 0)
            {
                view = view.Of(await NamesAsync(api, wanted, cancel));
            }
            else if (parsed.GetResult(ns) is { Implicit: false })
            {
                view = view.In(parsed.GetRequiredValue(ns));
            }

            Console.Write(view.Print(parsed.GetRequiredValue(output), parsed.GetValue(verbosity)));
            return 0;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(
        KubeApi api, IEnumerable<PodTarget> targets, CancellationToken cancel)
    {
        List<string> names = [];
        foreach (PodTarget target in targets)
        {
            JsonObject pod = await new PodFinder(api).FindAsync(target, cancel);
            names.Add($"{pod.TextAt("metadata", "name")}.{target.Namespace}");
        }

        return names;
    }
}
