namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>What must hold of an object before it is stored.</summary>
internal static class ObjectValidation
{
    public static void Check(ResourceDefinition resource, JsonObject obj, JsonObject? old, string subresource,
        List<FieldError> errors)
    {
        if (!resource.CreateOnly)
        {
            NameRules.Check(resource, obj, errors);
        }

        if (resource.IsCustom)
        {
            SchemaValidator.Validate(resource.Schema, obj, "", errors);
            return;
        }

        if (subresource.Length > 0)
        {
            return;
        }

        switch (resource.Type)
        {
            case { Group: "", Plural: "pods" }:
                PodValidation.CheckSpec(obj.Obj("spec") ?? [], "spec", errors);
                PodValidation.CheckUpdate(obj, old, errors);
                break;
            case { Group: "", Plural: "services" }:
                CheckService(obj, old, errors);
                break;
            case { Group: "", Plural: "configmaps" or "secrets" }:
                CheckData(obj, old, errors);
                break;
            case { Group: "apps", Plural: not "controllerrevisions" }:
                CheckWorkload(obj, old, resource.Type.Plural, errors);
                break;
            case { Group: "batch", Plural: "jobs" }:
                CheckTemplate(obj.Obj("spec", "template"), "spec.template", errors);
                break;
            case { Group: "batch", Plural: "cronjobs" }:
                CheckCronJob(obj, errors);
                break;
            case { Group: "rbac.authorization.k8s.io" }:
                CheckBinding(obj, old, errors);
                break;
            case { Plural: "customresourcedefinitions" }:
                CrdValidation.Check(obj, old, errors);
                break;
            case { Plural: "mutatingwebhookconfigurations" or "validatingwebhookconfigurations" }:
                WebhookValidation.Check(obj, errors);
                break;
        }
    }

    private static void CheckWorkload(JsonObject obj, JsonObject? old, string plural, List<FieldError> errors)
    {
        JsonNode? selector = obj.At("spec", "selector");
        JsonObject? matchLabels = selector.Obj("matchLabels");
        bool empty = matchLabels is not { Count: > 0 } && selector.Arr("matchExpressions") is not { Count: > 0 };
        if (selector is null)
        {
            errors.Add(FieldError.Required("spec.selector"));
        }
        else if (empty)
        {
            errors.Add(FieldError.Invalid("spec.selector", selector, $"empty selector is invalid for {plural[..^1]}"));
        }

        JsonObject? labels = obj.Obj("spec", "template", "metadata", "labels");
        if (selector is not null && !empty && !LabelSelector.FromObject(selector as JsonObject).Matches(labels))
        {
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", labels ?? [],
                "`selector` does not match template `labels`"));
        }

        if (obj.Int("spec", "replicas") < 0)
        {
            errors.Add(FieldError.Invalid("spec.replicas", obj.At("spec", "replicas"), "must be greater than or equal to 0"));
        }

        if (old is not null && !JsonNode.DeepEquals(old.At("spec", "selector"), selector))
        {
            errors.Add(FieldError.Invalid("spec.selector", selector, "field is immutable"));
        }

        CheckTemplate(obj.Obj("spec", "template"), "spec.template", errors);
        if (obj.Str("spec", "template", "spec", "restartPolicy") is { } policy and not "Always")
        {
            errors.Add(FieldError.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
        }
    }

    private static void CheckTemplate(JsonObject? template, string path, List<FieldError> errors)
    {
        PodValidation.CheckSpec(template.Obj("spec") ?? [], $"{path}.spec", errors);
    }

    private static void CheckCronJob(JsonObject obj, List<FieldError> errors)
    {
        // A Job's name adds a dash and ten digits to this one and must stay a label value.
        const int longestName = 52;
        if (obj.Name().Length > longestName)
        {
            errors.Add(FieldError.InvalidText("metadata.name", obj.Name(), "must be no more than 52 characters"));
        }

        string schedule = obj.Str("spec", "schedule") ?? "";
        try
        {
            _ = CronSchedule.Parse(schedule);
        }
        catch (FormatException wrong)
        {
            errors.Add(schedule.Length == 0 ? FieldError.Required("spec.schedule")
                : FieldError.InvalidText("spec.schedule", schedule, wrong.Message));
        }

        if (obj.Str("spec", "timeZone") is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            errors.Add(FieldError.InvalidText("spec.timeZone", zone, $"unknown time zone {zone}"));
        }

        if (obj.Str("spec", "concurrencyPolicy") is { } policy and not ("Allow" or "Forbid" or "Replace"))
        {
            errors.Add(FieldError.NotSupported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"]));
        }

        foreach (string field in (string[])["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"])
        {
            if (obj.Int("spec", field) < 0)
            {
                errors.Add(FieldError.Invalid($"spec.{field}", obj.At("spec", field), "must be greater than or equal to 0"));
            }
        }

        CheckTemplate(obj.Obj("spec", "jobTemplate", "spec", "template"), "spec.jobTemplate.spec.template", errors);
    }

    private static void CheckService(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        JsonArray? ports = obj.Arr("spec", "ports");
        string type = obj.Str("spec", "type") ?? "ClusterIP";
        if (type is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName"))
        {
            errors.Add(FieldError.NotSupported("spec.type", type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]));
        }

        if (type == "ExternalName" && string.IsNullOrEmpty(obj.Str("spec", "externalName")))
        {
            errors.Add(FieldError.Required("spec.externalName"));
        }

        if (type != "ExternalName" && ports is not { Count: > 0 } && obj.Str("spec", "clusterIP") != "None")
        {
            errors.Add(FieldError.Required("spec.ports"));
        }

        int index = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonObject port in ports.Objects())
        {
            string path = $"spec.ports[{index++}]";
            string name = port.Str("name") ?? "";
            if (name.Length == 0 && ports?.Count > 1)
            {
                errors.Add(FieldError.Required($"{path}.name"));
            }
            else if (name.Length > 0 && !names.Add(name))
            {
                errors.Add(FieldError.Duplicate($"{path}.name", name));
            }

            PodValidation.CheckPort(port["port"], $"{path}.port", errors);
        }

        string? before = old.Str("spec", "clusterIP");
        string? after = obj.Str("spec", "clusterIP");
        if (!string.IsNullOrEmpty(before) && before != after && old.Str("spec", "type") != "ExternalName"
            && type != "ExternalName")
        {
            errors.Add(FieldError.InvalidText("spec.clusterIPs[0]", after ?? "", "may not change once set"));
        }
    }

    private static void CheckData(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        foreach ((string key, JsonNode? value) in obj.Obj("data") ?? [])
        {
            if (key.Length > 253 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                errors.Add(FieldError.InvalidText($"data[{key}]", key,
                    "a valid config key must consist of alphanumeric characters, '-', "
                    + "'_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                    + "'[-._a-zA-Z0-9]+')"));
            }
        }

        if (old.Bool("immutable") && !JsonNode.DeepEquals(old.At("data"), obj["data"]))
        {
            errors.Add(FieldError.Forbidden("data", "field is immutable when `immutable` is set"));
        }
    }

    private static void CheckBinding(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        if (old is not null && !JsonNode.DeepEquals(old["roleRef"], obj["roleRef"]))
        {
            errors.Add(FieldError.Invalid("roleRef", obj["roleRef"], "cannot change roleRef"));
        }
    }
}
