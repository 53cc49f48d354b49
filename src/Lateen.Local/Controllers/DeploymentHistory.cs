namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Finds, creates, numbers and forgets the ReplicaSets that are a Deployment's revisions.</summary>
internal sealed class DeploymentHistory(ControllerContext context)
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";
    public const string HashLabel = "pod-template-hash";

    private const int DefaultHistoryLimit = 10;
    private static readonly HashSet<string> NotCopied =
        ["kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas];

    private readonly Informer _sets = context.Informers.For(KubeTypes.ReplicaSets);

    public async Task<DeploymentSets> ReadAsync(JsonObject deployment, CancellationToken cancel)
    {
        await AdoptAsync(deployment, cancel);
        DeploymentSets sets = new(deployment);
        IEnumerable<JsonObject> owned = _sets.OwnedBy(deployment.Uid())
            .Where(s => s.IsControlledBy(deployment) && !_sets.IsDeleting(s))
            .OrderBy(s => s.Created()).ThenBy(s => s.Name(), StringComparer.Ordinal);
        foreach (JsonObject set in owned)
        {
            if (sets.New is null && SameTemplate(deployment, set))
            {
                sets.New = set;
            }
            else
            {
                sets.Old.Add(set);
            }
        }

        return sets;
    }

    /// <summary>Gives the present template its ReplicaSet and the newest revision number.</summary>
    public async Task EnsureNewAsync(DeploymentSets sets, int replicas, CancellationToken cancel)
    {
        long newest = sets.Old.Select(RevisionOf).DefaultIfEmpty(0).Max() + 1;
        if (sets.New is null)
        {
            sets.New = await CreateAsync(sets, replicas, newest, cancel);
            return;
        }

        long present = RevisionOf(sets.New);
        JsonObject annotations = CopiedAnnotations(sets.Deployment, sets.New);
        if (present < newest)
        {
            annotations[Revision] = newest.ToString(CultureInfo.InvariantCulture);
            if (present > 0)
            {
                string? history = sets.New.Annotation(RevisionHistory);
                annotations[RevisionHistory] = history is null ? $"{present}" : $"{history},{present}";
            }
        }

        if (annotations.Count > 0)
        {
            JsonObject patch = new() { ["metadata"] = new JsonObject { ["annotations"] = annotations } };
            sets.New = await context.PatchAsync(KubeTypes.ReplicaSets, sets.New, patch, cancel);
        }
    }

    public static long RevisionOf(JsonObject obj) => long.TryParse(obj.Annotation(Revision), out long revision) ? revision : 0;

    /// <summary>Deletes the oldest scaled-down revisions beyond spec.revisionHistoryLimit.</summary>
    public async Task TrimAsync(DeploymentSets sets, CancellationToken cancel)
    {
        int limit = (int)(sets.Deployment.Number("spec", "revisionHistoryLimit") ?? DefaultHistoryLimit);
        List<JsonObject> idle =
        [
            .. sets.Old.Where(s => DeploymentSets.SpecReplicas(s) == 0 && DeploymentSets.StatusCount(s, "replicas") == 0
                && (s.Number("status", "observedGeneration") ?? 0) >= s.Generation()).OrderBy(RevisionOf),
        ];
        foreach (JsonObject set in idle.Take(Math.Max(0, sets.Old.Count - limit)))
        {
            await context.DeleteAsync(KubeTypes.ReplicaSets, set, cancel);
        }
    }

    private async Task AdoptAsync(JsonObject deployment, CancellationToken cancel)
    {
        if (deployment.IsTerminating())
        {
            return;
        }

        foreach (JsonObject set in _sets.List(deployment.Namespace()))
        {
            if (set.ControllerReference() is null && !_sets.IsDeleting(set)
                && Selector.Matches(deployment.Child("spec", "selector"), set.Child("metadata", "labels")))
            {
                JsonArray references = new([.. set.Items("metadata", "ownerReferences").Select(r => r.DeepClone()),
                    KubeObject.ControllerReferenceTo(deployment, "apps/v1", "Deployment")]);
                JsonObject patch = new() { ["metadata"] = new JsonObject { ["ownerReferences"] = references } };
                await context.PatchAsync(KubeTypes.ReplicaSets, set, patch, cancel);
            }
        }
    }

    private async Task<JsonObject> CreateAsync(DeploymentSets sets, int replicas, long revision, CancellationToken cancel)
    {
        JsonObject deployment = sets.Deployment;
        long collisions = deployment.Number("status", "collisionCount") ?? 0;
        string hash = PodTemplateHash.Compute(deployment.Child("spec", "template"), collisions);
        JsonObject set = Describe(sets, hash, replicas, revision);
        try
        {
            JsonObject created = await context.CreateAsync(KubeTypes.ReplicaSets, deployment.Namespace(), set, cancel);
            if (replicas > 0)
            {
                await context.EventAsync(deployment, "ScalingReplicaSet",
                    $"Scaled up replica set {created.Name()} from 0 to {replicas}", DeploymentController.Component, cancel);
            }

            return created;
        }
        catch (ApiException taken) when (taken.Reason == "AlreadyExists")
        {
            JsonObject? other = await context.Client.GetAsync(
                KubeTypes.ReplicaSets, deployment.Namespace(), set.Name(), cancel);
            if (other is not null && other.IsControlledBy(deployment) && SameTemplate(deployment, other))
            {
                _sets.Observe(other);
                return other;
            }

            JsonObject status = deployment.Child("status")?.Copy() ?? [];
            status["collisionCount"] = collisions + 1;
            await context.UpdateStatusAsync(KubeTypes.Deployments, deployment, status, cancel);
            throw;
        }
        catch (ApiException refused)
        {
            await context.WarnAsync(deployment, "ReplicaSetCreateError",
                $"Failed to create new replica set \"{set.Name()}\": {refused.Message}", DeploymentController.Component, cancel);
            throw;
        }
    }

    private static JsonObject Describe(DeploymentSets sets, string hash, int replicas, long revision)
    {
        JsonObject deployment = sets.Deployment;
        JsonObject template = deployment.Child("spec", "template")?.Copy() ?? [];
        template.Ensure("metadata", "labels")[HashLabel] = hash;
        JsonObject selector = deployment.Child("spec", "selector")?.Copy() ?? [];
        selector.Ensure("matchLabels")[HashLabel] = hash;
        JsonObject annotations = CopiedAnnotations(deployment, null);
        annotations[Revision] = revision.ToString(CultureInfo.InvariantCulture);
        annotations[DesiredReplicas] = sets.Wanted.ToString(CultureInfo.InvariantCulture);
        annotations[MaxReplicas] = (sets.Wanted + sets.MaxSurge).ToString(CultureInfo.InvariantCulture);
        JsonObject spec = new()
        {
            ["replicas"] = replicas,
            ["selector"] = selector,
            ["template"] = template,
        };
        if (deployment.Number("spec", "minReadySeconds") is { } minReady and > 0)
        {
            spec["minReadySeconds"] = minReady;
        }

        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Namespace(),
                ["labels"] = template.At("metadata", "labels")?.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(KubeObject.ControllerReferenceTo(deployment, "apps/v1", "Deployment")),
            },
            ["spec"] = spec,
        };
    }

    // kubectl rollout history reads kubernetes.io/change-cause from the ReplicaSet, hence the copy.
    private static JsonObject CopiedAnnotations(JsonObject deployment, JsonObject? set)
    {
        JsonObject copied = [];
        foreach ((string key, JsonNode? value) in deployment.Child("metadata", "annotations") ?? [])
        {
            if (!NotCopied.Contains(key) && set?.Annotation(key) != value?.ToString())
            {
                copied[key] = value?.DeepClone();
            }
        }

        return copied;
    }

    private static bool SameTemplate(JsonObject deployment, JsonObject set)
    {
        JsonObject template = set.Child("spec", "template")?.Copy() ?? [];
        template.Child("metadata", "labels")?.Remove(HashLabel);
        return JsonNode.DeepEquals(template, deployment.Child("spec", "template"));
    }
}
