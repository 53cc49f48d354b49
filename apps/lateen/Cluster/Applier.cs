namespace Lateen.CommandLine.Cluster;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Kubernetes;

/// <summary>Applies manifests server-side, as kubectl and helm do, and waits for what they start.</summary>
internal sealed class Applier(KubeApi api)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, Dictionary<string, (string Plural, bool Namespaced)>> _kinds = [];

    public async Task ApplyAsync(string manifest, string defaultNamespace, CancellationToken cancel)
    {
        ReadResult read = StrictYaml.Read(manifest);
        if (!read.Ok)
        {
            throw new CommandFailure(string.Join('\n', read.Findings), CommandTree.DataError);
        }

        foreach (JsonObject document in read.Documents.Select(d => d.Root).OfType<JsonObject>())
        {
            await ApplyAsync(document, defaultNamespace, cancel);
        }
    }

    public async Task ApplyAsync(JsonObject resource, string defaultNamespace, CancellationToken cancel)
    {
        string apiVersion = resource["apiVersion"]?.ToString() ?? "";
        string kind = resource["kind"]?.ToString() ?? "";
        (string plural, bool namespaced) = await KindAsync(apiVersion, kind, cancel);
        int slash = apiVersion.IndexOf('/');
        var path = new KubePath(slash < 0 ? "" : apiVersion[..slash], slash < 0 ? apiVersion : apiVersion[(slash + 1)..], plural);
        string name = resource["metadata"]?["name"]?.ToString() ?? "";
        string target = namespaced
            ? path.Named(resource["metadata"]?["namespace"]?.ToString() ?? defaultNamespace, name)
            : path.Named(name);
        await api.ApplyAsync(target, resource, "lateen", cancel);
    }

    /// <summary>Waits until a Deployment is available.</summary>
    public async Task WaitAvailableAsync(string ns, string name, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        using var timer = new PeriodicTimer(Step);
        JsonObject? deployment = null;
        try
        {
            do
            {
                deployment = await api.FindAsync(new KubePath("apps", "v1", "deployments").Named(ns, name), deadline.Token);
            }
            while (!IsAvailable(deployment) && await timer.WaitForNextTickAsync(deadline.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailure(
                $"{name} in {ns} is not available after {limit.TotalSeconds:F0} s ({Why(deployment)}); "
                + $"see `kubectl describe pods -n {ns}` and `lateen logs`");
        }
    }

    private static bool IsAvailable(JsonObject? deployment)
    {
        int wanted = deployment?["spec"]?["replicas"]?.GetValue<int>() ?? 1;
        int available = deployment?["status"]?["availableReplicas"]?.GetValue<int>() ?? 0;
        long observed = deployment?["status"]?["observedGeneration"]?.GetValue<long>() ?? 0;
        long generation = deployment?["metadata"]?["generation"]?.GetValue<long>() ?? 1;
        return deployment is not null && available >= wanted && observed >= generation;
    }

    private static string Why(JsonObject? deployment) =>
        (deployment?["status"]?["conditions"] as JsonArray ?? []).Where(c => c?["status"]?.ToString() == "False")
            .Select(c => c?["message"]?.ToString()).FirstOrDefault() ?? "its pods are not ready";

    private async Task<(string Plural, bool Namespaced)> KindAsync(string apiVersion, string kind, CancellationToken cancel)
    {
        if (!_kinds.TryGetValue(apiVersion, out Dictionary<string, (string, bool)>? kinds) || !kinds.ContainsKey(kind))
        {
            // Asked again when a kind is missing: a definition applied just before adds some.
            JsonObject list = await api.GetAsync(apiVersion.Contains('/') ? $"apis/{apiVersion}" : $"api/{apiVersion}", cancel);
            kinds = (list["resources"] as JsonArray ?? []).OfType<JsonObject>()
                .Where(r => !(r["name"]?.ToString() ?? "/").Contains('/'))
                .ToDictionary(r => r["kind"]?.ToString() ?? "", r => (r["name"]?.ToString() ?? "", r["namespaced"]?.GetValue<bool>() ?? false));
            _kinds[apiVersion] = kinds;
        }

        return kinds.TryGetValue(kind, out (string Plural, bool Namespaced) found)
            ? found
            : throw new CommandFailure($"the API does not serve {kind} of {apiVersion}", CommandTree.DataError);
    }
}
