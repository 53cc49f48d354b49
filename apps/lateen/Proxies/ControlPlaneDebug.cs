namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Kubernetes;

/// <summary>The debug interface of every running istiod, through the API's pod proxy.</summary>
internal sealed class ControlPlaneDebug(KubeApi api, string istioNamespace)
{
    private const int Port = 8080;

    public async Task<IReadOnlyList<JsonNode?>> GetAsync(string path, CancellationToken cancel)
    {
        IReadOnlyList<JsonObject> pods = await new PodFinder(api).RunningAsync(istioNamespace, "app=istiod", cancel);
        if (pods.Count == 0)
        {
            throw new CommandFailure(
                $"no istiod runs in namespace {istioNamespace} (label app=istiod); "
                + $"see `kubectl get pods -n {istioNamespace}`, or name its namespace with -i");
        }

        List<JsonNode?> bodies = [];
        foreach (JsonObject pod in pods)
        {
            string name = pod.TextAt("metadata", "name");
            string text = await api.GetTextAsync($"{KubePath.Pods.Named(istioNamespace, $"{name}:{Port}")}/proxy/{path}", cancel);
            bodies.Add(ConfigDump.ParseJson(text, $"{path} of {name}"));
        }

        return bodies;
    }
}
