namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Schemas;

/// <summary>Fills in what the user left out, with Kubernetes' defaults; custom resources take their schema's.</summary>
internal static class Defaulting
{
    public static void Apply(ResourceDefinition resource, JsonObject obj)
    {
        if (resource.IsCustom)
        {
            FromSchema(resource.Schema, obj);
            return;
        }

        switch (resource.Type)
        {
            case { Group: "", Plural: "pods" }:
                PodDefaults.Apply(obj.Ensure("spec"));
                obj.Ensure("status").SetDefault("phase", "Pending");
                obj.Ensure("status").SetDefault("qosClass", PodDefaults.QosClass(obj.Ensure("spec")));
                break;
            case { Group: "", Plural: "namespaces" }:
                DefaultNamespace(obj);
                break;
            case { Group: "", Plural: "services" }:
                DefaultService(obj.Ensure("spec"));
                obj.Ensure("status").SetDefault("loadBalancer", new JsonObject());
                break;
            case { Group: "", Plural: "secrets" }:
                DefaultSecret(obj);
                break;
            case { Group: "apps" } or { Group: "batch" }:
                WorkloadDefaults.Apply(resource, obj);
                break;
            case { Group: "discovery.k8s.io" }:
                DefaultEndpointPorts(obj.Arr("ports"));
                break;
            case { Group: "rbac.authorization.k8s.io" }:
                DefaultSubjects(obj);
                break;
            case { Plural: "mutatingwebhookconfigurations" or "validatingwebhookconfigurations" }:
                DefaultWebhooks(resource, obj);
                break;
            case { Plural: "customresourcedefinitions" }:
                DefaultCrd(obj.Ensure("spec"));
                break;
        }
    }

    public static void SetDefault(this JsonObject obj, string field, JsonNode? value)
    {
        if (!obj.ContainsKey(field))
        {
            obj[field] = value;
        }
    }

    private static void FromSchema(Schema schema, JsonNode node)
    {
        if (node is JsonArray array && schema.Items is not null)
        {
            foreach (JsonNode? item in array)
            {
                if (item is not null)
                {
                    FromSchema(schema.Items, item);
                }
            }

            return;
        }

        if (node is not JsonObject obj)
        {
            return;
        }

        foreach ((string name, Schema member) in schema.Properties)
        {
            if (member.Default is not null && !obj.ContainsKey(name))
            {
                obj[name] = member.Default.DeepClone();
            }

            if (obj[name] is { } child)
            {
                FromSchema(member, child);
            }
        }

        if (schema.Values is { } values)
        {
            foreach ((string _, JsonNode? child) in obj)
            {
                if (child is not null)
                {
                    FromSchema(values, child);
                }
            }
        }
    }

    private static void DefaultNamespace(JsonObject obj)
    {
        if (obj.Str("metadata", "deletionTimestamp") is null)
        {
            obj.Ensure("spec").SetDefault("finalizers", new JsonArray { "kubernetes" });
            obj.Ensure("status").SetDefault("phase", "Active");
        }

        obj.Metadata().Ensure("labels")["kubernetes.io/metadata.name"] = obj.Name();
    }

    private static void DefaultService(JsonObject spec)
    {
        spec.SetDefault("type", "ClusterIP");
        spec.SetDefault("sessionAffinity", "None");
        if (spec.Str("type") == "ExternalName")
        {
            return;
        }

        spec.SetDefault("internalTrafficPolicy", "Cluster");
        spec.SetDefault("ipFamilyPolicy", "SingleStack");
        spec.SetDefault("ipFamilies", new JsonArray { "IPv4" });
        if (spec.Str("type") is "NodePort" or "LoadBalancer")
        {
            spec.SetDefault("externalTrafficPolicy", "Cluster");
        }

        if (spec.Str("type") == "LoadBalancer")
        {
            spec.SetDefault("allocateLoadBalancerNodePorts", true);
        }

        foreach (JsonObject port in spec.Arr("ports").Objects())
        {
            port.SetDefault("protocol", "TCP");
            if (port["targetPort"] is null && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }
    }

    private static void DefaultSecret(JsonObject obj)
    {
        obj.SetDefault("type", "Opaque");
        if (obj.Obj("stringData") is { } plain)
        {
            JsonObject data = obj.Ensure("data");
            foreach ((string key, JsonNode? value) in plain)
            {
                data[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value.AsText() ?? ""));
            }

            obj.Remove("stringData");
        }
    }

    private static void DefaultEndpointPorts(JsonArray? ports)
    {
        foreach (JsonObject port in ports.Objects())
        {
            port.SetDefault("protocol", "TCP");
            port.SetDefault("name", "");
        }
    }

    private static void DefaultSubjects(JsonObject obj)
    {
        foreach (JsonObject subject in obj.Arr("subjects").Objects())
        {
            if (subject.Str("kind") is "User" or "Group")
            {
                subject.SetDefault("apiGroup", "rbac.authorization.k8s.io");
            }
        }

        if (obj.Obj("roleRef") is { } role)
        {
            role.SetDefault("apiGroup", "rbac.authorization.k8s.io");
        }
    }

    private static void DefaultWebhooks(ResourceDefinition resource, JsonObject obj)
    {
        foreach (JsonObject webhook in obj.Arr("webhooks").Objects())
        {
            webhook.SetDefault("failurePolicy", "Fail");
            webhook.SetDefault("matchPolicy", "Equivalent");
            webhook.SetDefault("namespaceSelector", new JsonObject());
            webhook.SetDefault("objectSelector", new JsonObject());
            webhook.SetDefault("timeoutSeconds", 10);
            if (resource.Type.Plural == "mutatingwebhookconfigurations")
            {
                webhook.SetDefault("reinvocationPolicy", "Never");
            }

            webhook.Obj("clientConfig", "service")?.SetDefault("port", 443);
            foreach (JsonObject rule in webhook.Arr("rules").Objects())
            {
                rule.SetDefault("scope", "*");
            }
        }
    }

    private static void DefaultCrd(JsonObject spec)
    {
        JsonObject names = spec.Ensure("names");
        string kind = names.Str("kind") ?? "";
        names.SetDefault("singular", kind.ToLowerInvariant());
        names.SetDefault("listKind", $"{kind}List");
        spec.SetDefault("conversion", new JsonObject { ["strategy"] = "None" });
    }
}
