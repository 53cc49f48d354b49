namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Creates, deletes and adopts the pods of one kind of owner, with Kubernetes' events.</summary>
internal sealed class PodControl(ControllerContext context, string apiVersion, string kind, string component)
{
    private readonly Informer _pods = context.Informers.For(KubeTypes.Pods);

    /// <summary>The owner's pods that still count: not finished, not being deleted.</summary>
    public List<JsonObject> Active(JsonObject owner) =>
        [.. Owned(owner).Where(pod => !PodState.IsFinished(pod) && !_pods.IsDeleting(pod))];

    public IEnumerable<JsonObject> Owned(JsonObject owner) =>
        _pods.OwnedBy(owner.Uid()).Where(pod => pod.IsControlledBy(owner) && pod.Namespace() == owner.Namespace());

    public bool IsDeleting(JsonObject pod) => _pods.IsDeleting(pod);

    /// <summary>Takes matching pods without a controller, and lets go of owned ones that no longer match.</summary>
    public async Task AdoptAsync(JsonObject owner, CancellationToken cancel)
    {
        JsonObject? selector = owner.Child("spec", "selector");
        foreach (JsonObject pod in Owned(owner).ToArray())
        {
            if (!_pods.IsDeleting(pod) && !Selector.Matches(selector, pod.Child("metadata", "labels")))
            {
                await SetReferencesAsync(pod, References(pod).Where(r => r.Text("uid") != owner.Uid()), cancel);
            }
        }

        if (owner.IsTerminating())
        {
            return;
        }

        foreach (JsonObject pod in _pods.List(owner.Namespace()))
        {
            if (pod.ControllerReference() is null && !PodState.IsFinished(pod) && !_pods.IsDeleting(pod)
                && Selector.Matches(selector, pod.Child("metadata", "labels")))
            {
                await SetReferencesAsync(pod, References(pod).Append(KubeObject.ControllerReferenceTo(owner, apiVersion, kind)), cancel);
            }
        }
    }

    /// <summary>Creates a pod from the owner's template; a refusal becomes the event FailedCreate with the server's words.</summary>
    public async Task<JsonObject> CreateAsync(JsonObject owner, JsonObject pod, CancellationToken cancel)
    {
        try
        {
            JsonObject created = await context.CreateAsync(KubeTypes.Pods, owner.Namespace(), pod, cancel);
            await context.EventAsync(owner, "SuccessfulCreate", $"Created pod: {created.Name()}", component, cancel);
            return created;
        }
        catch (ApiException refused)
        {
            if (!refused.Message.Contains("because it is being terminated", StringComparison.Ordinal))
            {
                await context.WarnAsync(owner, "FailedCreate", $"Error creating: {refused.Message}", component, cancel);
            }

            throw;
        }
    }

    public async Task DeleteAsync(JsonObject owner, JsonObject pod, CancellationToken cancel)
    {
        try
        {
            await context.DeleteAsync(KubeTypes.Pods, pod, cancel);
            await context.EventAsync(owner, "SuccessfulDelete", $"Deleted pod: {pod.Name()}", component, cancel);
        }
        catch (ApiException refused)
        {
            await context.WarnAsync(owner, "FailedDelete", $"Error deleting: {refused.Message}", component, cancel);
            throw;
        }
    }

    /// <summary>A new pod as the owner's template describes it, under a generated name unless one is given.</summary>
    public JsonObject FromTemplate(JsonObject owner, string? name = null)
    {
        JsonObject template = owner.Child("spec", "template")?.Copy() ?? [];
        JsonObject metadata = new()
        {
            ["namespace"] = owner.Namespace(),
            ["ownerReferences"] = new JsonArray(KubeObject.ControllerReferenceTo(owner, apiVersion, kind)),
        };
        metadata[name is null ? "generateName" : "name"] = name ?? owner.Name() + "-";
        foreach (string part in (string[])["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", part) is { } value)
            {
                metadata[part] = value.DeepClone();
            }
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone() ?? new JsonObject(),
        };
    }

    private static IEnumerable<JsonObject> References(JsonObject pod) => pod.Items("metadata", "ownerReferences");

    private Task SetReferencesAsync(JsonObject pod, IEnumerable<JsonObject> references, CancellationToken cancel)
    {
        JsonArray list = new([.. references.Select(r => r.DeepClone())]);
        JsonObject patch = new() { ["metadata"] = new JsonObject { ["uid"] = pod.Uid(), ["ownerReferences"] = list } };
        return context.PatchAsync(KubeTypes.Pods, pod, patch, cancel);
    }
}
