namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>What a DELETE does to an object: grace for pods, finalizers, propagation.</summary>
internal static class Deletion
{
    private const int DefaultGraceSeconds = 30;

    public static void CheckPreconditions(ResourceDefinition resource, string name, JsonObject current, DeleteOptions options)
    {
        string? uid = current.Str("metadata", "uid");
        if (options.Uid is { Length: > 0 } wanted && wanted != uid)
        {
            throw ApiErrors.Conflict(resource, name,
                $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
        }

        string? version = current.Str("metadata", "resourceVersion");
        if (options.ResourceVersion is { Length: > 0 } expected && expected != version)
        {
            throw ApiErrors.Conflict(resource, name,
                $"Precondition failed: ResourceVersion in precondition: {expected}, ResourceVersion in object meta: {version}");
        }
    }

    /// <summary>The object as it stays in the store, or null when it goes at once.</summary>
    public static JsonObject? Plan(ResourceDefinition resource, JsonObject current, DeleteOptions options, DateTimeOffset now)
    {
        JsonObject next = current.CloneObject();
        JsonObject metadata = next.Metadata();
        ApplyPropagation(metadata, options.PropagationPolicy);
        long grace = IsPod(resource) ? PodGrace(current, options) : 0;
        bool held = grace > 0 || HasFinalizers(resource, next);
        if (!held)
        {
            return null;
        }

        if (metadata.Str("deletionTimestamp") is null)
        {
            metadata["deletionTimestamp"] = KubeTime.Seconds(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (metadata.Int("generation") is { } generation)
            {
                metadata["generation"] = generation + 1;
            }
        }
        else if (IsPod(resource) && grace < (metadata.Int("deletionGracePeriodSeconds") ?? long.MaxValue))
        {
            // A second, more impatient deletion may only shorten the wait.
            metadata["deletionTimestamp"] = KubeTime.Seconds(now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        if (resource.Type is { Group: "", Plural: "namespaces" })
        {
            next.Ensure("status")["phase"] = "Terminating";
        }

        return next;
    }

    /// <summary>An object that is being deleted and that nothing holds any longer.</summary>
    public static bool IsFinished(ResourceDefinition resource, JsonObject obj)
    {
        return obj.Str("metadata", "deletionTimestamp") is not null
            && !HasFinalizers(resource, obj)
            && (!IsPod(resource) || (obj.Int("metadata", "deletionGracePeriodSeconds") ?? 0) == 0);
    }

    private static bool IsPod(ResourceDefinition resource) => resource.Type is { Group: "", Plural: "pods" };

    private static bool HasFinalizers(ResourceDefinition resource, JsonObject obj)
    {
        return obj.Arr("metadata", "finalizers") is { Count: > 0 }
            || (resource.Type is { Group: "", Plural: "namespaces" } && obj.Arr("spec", "finalizers") is { Count: > 0 });
    }

    private static void ApplyPropagation(JsonObject metadata, string? policy)
    {
        string? finalizer = policy switch { "Orphan" => "orphan", "Foreground" => "foregroundDeletion", _ => null };
        if (policy is null)
        {
            return;
        }

        var finalizers = metadata.Arr("finalizers").Strings()
            .Where(name => name is not ("orphan" or "foregroundDeletion")).ToList();
        if (finalizer is not null)
        {
            finalizers.Add(finalizer);
        }

        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = finalizers.ToJsonArray();
        }
        else
        {
            metadata.Remove("finalizers");
        }
    }

    private static long PodGrace(JsonObject pod, DeleteOptions options)
    {
        // A pod that never reached a node, or has ended, has nothing to stop.
        if (string.IsNullOrEmpty(pod.Str("spec", "nodeName")) || pod.Str("status", "phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        return options.GracePeriodSeconds ?? pod.Int("spec", "terminationGracePeriodSeconds") ?? DefaultGraceSeconds;
    }
}
