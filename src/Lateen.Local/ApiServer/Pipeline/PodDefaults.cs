namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Defaults of a pod spec, in pods and in the templates of workloads.</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject spec)
    {
        spec.SetDefault("restartPolicy", "Always");
        spec.SetDefault("dnsPolicy", "ClusterFirst");
        spec.SetDefault("schedulerName", "default-scheduler");
        spec.SetDefault("terminationGracePeriodSeconds", 30);
        spec.SetDefault("securityContext", new JsonObject());
        if (spec.Str("serviceAccountName") is { Length: > 0 } account)
        {
            spec.SetDefault("serviceAccount", account);
        }
        else if (spec.Str("serviceAccount") is { Length: > 0 } old)
        {
            spec["serviceAccountName"] = old;
        }

        foreach (JsonObject volume in spec.Arr("volumes").Objects())
        {
            DefaultVolume(volume);
        }

        foreach (JsonObject container in Containers(spec))
        {
            DefaultContainer(container);
        }
    }

    public static IEnumerable<JsonObject> Containers(JsonObject spec)
    {
        return spec.Arr("initContainers").Objects().Concat(spec.Arr("containers").Objects());
    }

    public static string QosClass(JsonObject spec)
    {
        bool any = false;
        bool guaranteed = true;
        foreach (JsonObject container in Containers(spec))
        {
            JsonObject? limits = container.Obj("resources", "limits");
            JsonObject? requests = container.Obj("resources", "requests") ?? limits;
            any |= limits is { Count: > 0 } || requests is { Count: > 0 };
            guaranteed &= limits?["cpu"] is not null && limits["memory"] is not null
                && JsonNode.DeepEquals(limits["cpu"], requests?["cpu"])
                    && JsonNode.DeepEquals(limits["memory"], requests?["memory"]);
        }

        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void DefaultContainer(JsonObject container)
    {
        string image = container.Str("image") ?? "";
        string tag = image[(image.LastIndexOf('/') + 1)..];
        bool latest = !tag.Contains('@') && (!tag.Contains(':') || tag.EndsWith(":latest", StringComparison.Ordinal));
        container.SetDefault("imagePullPolicy", latest ? "Always" : "IfNotPresent");
        container.SetDefault("terminationMessagePath", "/dev/termination-log");
        container.SetDefault("terminationMessagePolicy", "File");
        container.SetDefault("resources", new JsonObject());
        DefaultRequests(container.Ensure("resources"));
        foreach (JsonObject port in container.Arr("ports").Objects())
        {
            port.SetDefault("protocol", "TCP");
        }

        foreach (JsonObject variable in container.Arr("env").Objects())
        {
            variable.Obj("valueFrom", "fieldRef")?.SetDefault("apiVersion", "v1");
        }

        foreach (string probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Obj(probe) is { } settings)
            {
                DefaultProbe(settings);
            }
        }

        DefaultHttpGet(container.Obj("lifecycle", "preStop", "httpGet"));
        DefaultHttpGet(container.Obj("lifecycle", "postStart", "httpGet"));
    }

    private static void DefaultRequests(JsonObject resources)
    {
        if (resources.Obj("limits") is not { Count: > 0 } limits)
        {
            return;
        }

        JsonObject requests = resources.Ensure("requests");
        foreach ((string name, JsonNode? limit) in limits)
        {
            requests.SetDefault(name, limit?.DeepClone());
        }
    }

    private static void DefaultProbe(JsonObject probe)
    {
        probe.SetDefault("timeoutSeconds", 1);
        probe.SetDefault("periodSeconds", 10);
        probe.SetDefault("successThreshold", 1);
        probe.SetDefault("failureThreshold", 3);
        DefaultHttpGet(probe.Obj("httpGet"));
        probe.Obj("grpc")?.SetDefault("service", "");
    }

    private static void DefaultHttpGet(JsonObject? get)
    {
        get?.SetDefault("path", "/");
        get?.SetDefault("scheme", "HTTP");
    }

    private static void DefaultVolume(JsonObject volume)
    {
        if (volume.Select(pair => pair.Key).All(key => key == "name"))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (string kind in (string[])["configMap", "secret", "projected", "downwardAPI"])
        {
            volume.Obj(kind)?.SetDefault("defaultMode", 420);
        }

        DefaultDownward(volume.Obj("downwardAPI"));
        volume.Obj("hostPath")?.SetDefault("type", "");
        foreach (JsonObject source in volume.Arr("projected", "sources").Objects())
        {
            source.Obj("serviceAccountToken")?.SetDefault("expirationSeconds", 3600);
            DefaultDownward(source.Obj("downwardAPI"));
        }
    }

    private static void DefaultDownward(JsonObject? source)
    {
        foreach (JsonObject item in source.Arr("items").Objects())
        {
            item.Obj("fieldRef")?.SetDefault("apiVersion", "v1");
        }
    }
}
