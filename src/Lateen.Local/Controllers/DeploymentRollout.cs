namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>Moves replicas from old ReplicaSets to the new one, within maxSurge and maxUnavailable.</summary>
internal sealed class DeploymentRollout(ControllerContext context, DeploymentHistory history)
{
    private readonly Informer _pods = context.Informers.For(KubeTypes.Pods);

    public async Task RollAsync(DeploymentSets sets, CancellationToken cancel)
    {
        await history.EnsureNewAsync(sets, RoomForNew(sets), cancel);
        if (sets.New is { } present)
        {
            int target = DeploymentSets.SpecReplicas(present) > sets.Wanted
                ? sets.Wanted
                : DeploymentSets.SpecReplicas(present) + RoomForNew(sets);
            await ScaleAsync(sets, present, target, cancel);
        }

        await ShrinkOldAsync(sets, cancel);
    }

    public async Task RecreateAsync(DeploymentSets sets, CancellationToken cancel)
    {
        foreach (JsonObject old in sets.Old.ToArray())
        {
            await ScaleAsync(sets, old, 0, cancel);
        }

        // The new version may start only when no pod of an old one is left, terminating ones included.
        if (sets.Old.Any(old => _pods.OwnedBy(old.Uid()).Any(pod => !PodState.IsFinished(pod))))
        {
            return;
        }

        await history.EnsureNewAsync(sets, sets.Wanted, cancel);
        if (sets.New is { } present)
        {
            await ScaleAsync(sets, present, sets.Wanted, cancel);
        }
    }

    /// <summary>True when spec.replicas changed since the ReplicaSets were last scaled.</summary>
    public static bool IsScalingEvent(DeploymentSets sets) => sets.All.Any(set =>
        DeploymentSets.SpecReplicas(set) > 0
        && int.TryParse(set.Annotation(DeploymentHistory.DesiredReplicas), out int desired) && desired != sets.Wanted);

    /// <summary>Follows a changed spec.replicas without advancing the rollout: each ReplicaSet keeps its share.</summary>
    public async Task ScaleProportionallyAsync(DeploymentSets sets, CancellationToken cancel)
    {
        List<JsonObject> active = [.. sets.All.Where(s => DeploymentSets.SpecReplicas(s) > 0)];
        if (active.Count <= 1)
        {
            if ((active.Count == 1 ? active[0] : sets.New ?? sets.Old.LastOrDefault()) is { } only)
            {
                await ScaleAsync(sets, only, sets.Wanted, cancel);
            }

            return;
        }

        int total = active.Sum(DeploymentSets.SpecReplicas);
        int allowed = sets.Wanted > 0 ? sets.Wanted + sets.MaxSurge : 0;
        active.Sort((a, b) => DeploymentSets.SpecReplicas(b).CompareTo(DeploymentSets.SpecReplicas(a)));
        int[] targets = [.. active.Select(s => (int)Math.Round((double)DeploymentSets.SpecReplicas(s) * allowed / total))];
        targets[0] = Math.Max(0, targets[0] + allowed - targets.Sum());
        for (int i = 0; i < active.Count; i++)
        {
            await ScaleAsync(sets, active[i], targets[i], cancel);
        }
    }

    private static int RoomForNew(DeploymentSets sets)
    {
        int total = sets.All.Sum(DeploymentSets.SpecReplicas);
        int missing = sets.Wanted - (sets.New is null ? 0 : DeploymentSets.SpecReplicas(sets.New));
        return Math.Max(0, Math.Min(sets.Wanted + sets.MaxSurge - total, missing));
    }

    private async Task ShrinkOldAsync(DeploymentSets sets, CancellationToken cancel)
    {
        if (sets.New is not { } present || sets.Old.All(s => DeploymentSets.SpecReplicas(s) == 0))
        {
            return;
        }

        int minAvailable = sets.Wanted - sets.MaxUnavailable;
        int newUnavailable = DeploymentSets.SpecReplicas(present) - DeploymentSets.StatusCount(present, "availableReplicas");
        int mayGo = sets.All.Sum(DeploymentSets.SpecReplicas) - minAvailable - newUnavailable;

        // Pods that do not serve anyway go first: they would hold up the rollout for nothing.
        foreach (JsonObject old in sets.Old.ToArray())
        {
            int unhealthy = DeploymentSets.SpecReplicas(old) - DeploymentSets.StatusCount(old, "availableReplicas");
            int cut = Math.Min(mayGo, unhealthy);
            if (cut > 0)
            {
                await ScaleAsync(sets, old, DeploymentSets.SpecReplicas(old) - cut, cancel);
                mayGo -= cut;
            }
        }

        int spare = sets.All.Sum(s => DeploymentSets.StatusCount(s, "availableReplicas")) - minAvailable;
        foreach (JsonObject old in sets.Old.ToArray())
        {
            int cut = Math.Min(Math.Min(spare, mayGo), DeploymentSets.SpecReplicas(old));
            if (cut > 0)
            {
                await ScaleAsync(sets, old, DeploymentSets.SpecReplicas(old) - cut, cancel);
                spare -= cut;
                mayGo -= cut;
            }
        }
    }

    private async Task ScaleAsync(DeploymentSets sets, JsonObject set, int target, CancellationToken cancel)
    {
        int present = DeploymentSets.SpecReplicas(set);
        string desired = sets.Wanted.ToString(CultureInfo.InvariantCulture);
        string max = (sets.Wanted + sets.MaxSurge).ToString(CultureInfo.InvariantCulture);
        bool annotated = set.Annotation(DeploymentHistory.DesiredReplicas) == desired
            && set.Annotation(DeploymentHistory.MaxReplicas) == max;
        if (target == present && (annotated || present == 0))
        {
            return;
        }

        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    [DeploymentHistory.DesiredReplicas] = desired,
                    [DeploymentHistory.MaxReplicas] = max,
                },
            },
            ["spec"] = new JsonObject { ["replicas"] = target },
        };
        sets.Replace(await context.PatchAsync(KubeTypes.ReplicaSets, set, patch, cancel));
        if (target != present)
        {
            string direction = target > present ? "up" : "down";
            await context.EventAsync(sets.Deployment, "ScalingReplicaSet",
                $"Scaled {direction} replica set {set.Name()} from {present} to {target}", DeploymentController.Component, cancel);
        }
    }
}
