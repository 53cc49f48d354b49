namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Defaults of the apps and batch kinds.</summary>
internal static class WorkloadDefaults
{
    public static void Apply(ResourceDefinition resource, JsonObject obj)
    {
        if (resource.Type.Plural == "controllerrevisions")
        {
            return;
        }

        JsonObject spec = obj.Ensure("spec");
        if (spec.Obj("template") is { } template)
        {
            DefaultTemplate(template);
        }

        switch (resource.Type.Plural)
        {
            case "deployments":
                DefaultDeployment(spec);
                break;
            case "replicasets":
                spec.SetDefault("replicas", 1);
                break;
            case "statefulsets":
                DefaultStatefulSet(spec);
                break;
            case "daemonsets":
                DefaultDaemonSet(spec);
                break;
            case "jobs":
                DefaultJob(obj, spec);
                break;
            case "cronjobs":
                DefaultCronJob(spec);
                break;
        }
    }

    private static void DefaultTemplate(JsonObject template)
    {
        template.Ensure("metadata");
        PodDefaults.Apply(template.Ensure("spec"));
    }

    private static void DefaultDeployment(JsonObject spec)
    {
        spec.SetDefault("replicas", 1);
        spec.SetDefault("revisionHistoryLimit", 10);
        spec.SetDefault("progressDeadlineSeconds", 600);
        JsonObject strategy = spec.Ensure("strategy");
        strategy.SetDefault("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            JsonObject rolling = strategy.Ensure("rollingUpdate");
            rolling.SetDefault("maxSurge", "25%");
            rolling.SetDefault("maxUnavailable", "25%");
        }
    }

    private static void DefaultStatefulSet(JsonObject spec)
    {
        spec.SetDefault("replicas", 1);
        spec.SetDefault("revisionHistoryLimit", 10);
        spec.SetDefault("podManagementPolicy", "OrderedReady");
        JsonObject strategy = spec.Ensure("updateStrategy");
        strategy.SetDefault("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").SetDefault("partition", 0);
        }

        JsonObject retention = spec.Ensure("persistentVolumeClaimRetentionPolicy");
        retention.SetDefault("whenDeleted", "Retain");
        retention.SetDefault("whenScaled", "Retain");
    }

    private static void DefaultDaemonSet(JsonObject spec)
    {
        spec.SetDefault("revisionHistoryLimit", 10);
        JsonObject strategy = spec.Ensure("updateStrategy");
        strategy.SetDefault("type", "RollingUpdate");
        if (strategy.Str("type") == "RollingUpdate")
        {
            JsonObject rolling = strategy.Ensure("rollingUpdate");
            rolling.SetDefault("maxSurge", 0);
            rolling.SetDefault("maxUnavailable", 1);
        }
    }

    private static void DefaultJob(JsonObject obj, JsonObject spec)
    {
        spec.SetDefault("parallelism", 1);
        spec.SetDefault("completions", 1);
        spec.SetDefault("backoffLimit", 6);
        spec.SetDefault("completionMode", "NonIndexed");
        spec.SetDefault("suspend", false);
        spec.SetDefault("podReplacementPolicy", "TerminatingOrFailed");
        if (spec.Bool("manualSelector") || obj.Str("metadata", "uid") is not { } uid || spec.ContainsKey("selector"))
        {
            return;
        }

        // A job selects its pods by its own uid, so that two jobs never share pods.
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid } };
        JsonObject labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        labels["batch.kubernetes.io/controller-uid"] = uid;
        labels["batch.kubernetes.io/job-name"] = obj.Name();
        labels["controller-uid"] = uid;
        labels["job-name"] = obj.Name();
    }

    private static void DefaultCronJob(JsonObject spec)
    {
        spec.SetDefault("concurrencyPolicy", "Allow");
        spec.SetDefault("suspend", false);
        spec.SetDefault("successfulJobsHistoryLimit", 3);
        spec.SetDefault("failedJobsHistoryLimit", 1);
        if (spec.Obj("jobTemplate", "spec", "template") is { } template)
        {
            DefaultTemplate(template);
        }
    }
}
