namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;

/// <summary>lateen check: whether what is installed is complete and running, a line each. Exit code 1 when something is not.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var kube = new KubeOptions();
        Option<string> ns = Options.IstioNamespace();
        var command = new Command("check", "check whether the installed mesh is complete and running") { ns };
        command.Aliases.Add("verify-install");
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            IReadOnlyList<(string What, string? Problem)> results = await RunAsync(api, parsed.GetRequiredValue(ns), cancel);
            foreach ((string what, string? problem) in results)
            {
                Console.WriteLine(problem is null ? $"✔ {what}" : $"✘ {what}: {problem}");
            }

            return results.All(static r => r.Problem is null)
                ? 0
                : throw new CommandFailure("the mesh is not complete; see the lines above");
        });
        return command;
    }

    private static async Task<IReadOnlyList<(string What, string? Problem)>> RunAsync(KubeApi api, string ns,
        CancellationToken cancel)
    {
        List<(string, string?)> results = [];
        var definitions = new KubePath("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        foreach (CustomResourceAttribute kind in KnownResources.All.Select(static t =>
            t.GetCustomAttribute<CustomResourceAttribute>()).OfType<CustomResourceAttribute>())
        {
            string name = $"{kind.Plural}.{kind.Group}";
            bool found = await api.FindAsync(definitions.Named(name), cancel) is not null;
            results.Add(($"CustomResourceDefinition {name}", found ? null : "missing; install chart base"));
        }

        JsonObject deployments = await api.GetAsync(
            $"{new KubePath("apps", "v1", "deployments").In(ns)}?labelSelector=app%3Distiod", cancel);
        List<JsonObject> planes = [.. deployments.ObjectsAt("items")];
        results.AddRange(planes.Select(static d => ($"Deployment {d.TextAt("metadata", "name")}", Available(d))));
        if (planes.Count == 0)
        {
            results.Add(($"Deployment istiod in {ns}", "missing; install chart istiod"));
        }

        foreach (KubePath kind in new[] { KubePath.MutatingWebhooks, KubePath.ValidatingWebhooks })
        {
            JsonObject list = await api.GetAsync(kind.All, cancel);
            results.AddRange(list.ObjectsAt("items").Where(w => PointsAt(w, ns))
                .Select(static w => ($"Webhooks {w.TextAt("metadata", "name")}", Webhooks(w))));
        }

        return results;
    }

    private static bool PointsAt(JsonObject configuration, string ns) => configuration.ObjectsAt("webhooks")
        .Any(w => w.TextAt("clientConfig", "service", "namespace") == ns
            && w.TextAt("clientConfig", "service", "name").StartsWith("istiod", StringComparison.Ordinal));

    private static string? Available(JsonObject deployment)
    {
        int wanted = deployment.At("spec", "replicas") is null ? 1 : deployment.NumberAt("spec", "replicas");
        int available = deployment.NumberAt("status", "availableReplicas");
        return available >= wanted ? null : $"{available} of {wanted} replicas are available; see `kubectl describe pods`";
    }

    private static string? Webhooks(JsonObject configuration) =>
        configuration.ObjectsAt("webhooks").All(static w => w.TextAt("clientConfig", "caBundle").Length > 0)
            ? null
            : "no root certificate has been written into it; see the log of istiod";
}
