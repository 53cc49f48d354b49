namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>Turns each Deployment into ReplicaSets, one per pod template, and rolls from one to the next.</summary>
internal sealed class DeploymentController : IController
{
    public const string Component = "deployment-controller";

    private readonly ControllerContext _context;
    private readonly DeploymentHistory _history;
    private readonly DeploymentRollout _rollout;
    private readonly Informer _deployments;
    private readonly Informer _sets;
    private WorkQueue? _queue;

    public DeploymentController(ControllerContext context)
    {
        _context = context;
        _history = new DeploymentHistory(context);
        _rollout = new DeploymentRollout(context, _history);
        _deployments = context.Informers.For(KubeTypes.Deployments);
        _sets = context.Informers.For(KubeTypes.ReplicaSets);
    }

    public string Name => Component;

    public void Start(WorkQueue queue)
    {
        _queue = queue;
        queue.AddSelf(_deployments);
        queue.AddOwners(_sets, _deployments);
        _context.Informers.For(KubeTypes.Pods).Subscribe(OnPodChange);
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_deployments.Get(key) is not { } deployment)
        {
            return;
        }

        DeploymentSets sets = await _history.ReadAsync(deployment, cancel);
        if (!deployment.IsTerminating())
        {
            await MoveAsync(sets, cancel);
        }

        JsonObject status = DeploymentStatus.Compute(sets, _context.Now);
        if (DeploymentStatus.UntilDeadline(sets, status, _context.Now) is { } left)
        {
            _queue?.AddAfter(key, left);
        }

        if (!deployment.IsTerminating() && DeploymentStatus.IsComplete(sets, status))
        {
            await _history.TrimAsync(sets, cancel);
        }

        deployment = await NumberAsync(sets, cancel);
        await _context.UpdateStatusAsync(KubeTypes.Deployments, deployment, status, cancel);
    }

    private async Task MoveAsync(DeploymentSets sets, CancellationToken cancel)
    {
        if (sets.Deployment.Flag("spec", "paused") || DeploymentRollout.IsScalingEvent(sets))
        {
            await _rollout.ScaleProportionallyAsync(sets, cancel);
        }
        else if (sets.IsRolling)
        {
            await _rollout.RollAsync(sets, cancel);
        }
        else
        {
            await _rollout.RecreateAsync(sets, cancel);
        }
    }

    private async Task<JsonObject> NumberAsync(DeploymentSets sets, CancellationToken cancel)
    {
        string revision = sets.New is null ? "" : DeploymentHistory.RevisionOf(sets.New).ToString(CultureInfo.InvariantCulture);
        if (revision.Length == 0 || sets.Deployment.Annotation(DeploymentHistory.Revision) == revision)
        {
            return sets.Deployment;
        }

        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentHistory.Revision] = revision } },
        };
        return await _context.PatchAsync(KubeTypes.Deployments, sets.Deployment, patch, cancel);
    }

    // Only strategy Recreate waits for pods themselves; everything else shows in the ReplicaSet's status.
    private void OnPodChange(ObjectChange change)
    {
        if (change.Deleted && change.Object.ControllerReference() is { } reference && reference.Text("kind") == "ReplicaSet"
            && _sets.Get(new ObjectKey(change.Object.Namespace(), reference.Text("name") ?? "")) is { } set
            && set.ControllerReference() is { } owner)
        {
            _queue?.Add(new ObjectKey(set.Namespace(), owner.Text("name") ?? ""));
        }
    }
}
