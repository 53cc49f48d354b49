namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Checks of a pod spec that decide whether the runtime can act on it.</summary>
internal static class PodValidation
{
    public static void CheckSpec(JsonObject spec, string path, List<FieldError> errors)
    {
        if (spec.Arr("containers") is not { Count: > 0 })
        {
            errors.Add(FieldError.Required($"{path}.containers"));
        }

        var volumes = spec.Arr("volumes").Objects().Select(volume => volume.Str("name") ?? "").ToHashSet();
        var names = new HashSet<string>(StringComparer.Ordinal);
        CheckContainers(spec.Arr("initContainers"), $"{path}.initContainers", volumes, names, errors);
        CheckContainers(spec.Arr("containers"), $"{path}.containers", volumes, names, errors);
        if (spec.Str("restartPolicy") is { } policy and not ("Always" or "OnFailure" or "Never"))
        {
            errors.Add(FieldError.NotSupported($"{path}.restartPolicy", policy, ["Always", "Never", "OnFailure"]));
        }
    }

    /// <summary>Of a running pod only images, tolerations and deadlines may change.</summary>
    public static void CheckUpdate(JsonObject pod, JsonObject? old, List<FieldError> errors)
    {
        if (old is null || JsonNode.DeepEquals(Comparable(pod), Comparable(old)))
        {
            return;
        }

        errors.Add(FieldError.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
            + "tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
    }

    public static void CheckPort(JsonNode? port, string path, List<FieldError> errors)
    {
        if (port.AsInt() is not (>= 1 and <= 65535))
        {
            errors.Add(FieldError.Invalid(path, port, "must be between 1 and 65535, inclusive"));
        }
    }

    private static JsonObject Comparable(JsonObject pod)
    {
        JsonObject spec = (pod.Obj("spec") ?? []).CloneObject();
        foreach (JsonObject container in PodDefaults.Containers(spec))
        {
            container.Remove("image");
        }

        // The scheduler may bind a pod once; the rest is for people.
        foreach (string free in (string[])["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
        {
            spec.Remove(free);
        }

        return spec;
    }

    private static void CheckContainers(JsonArray? containers, string path, HashSet<string> volumes, HashSet<string> names,
        List<FieldError> errors)
    {
        int index = 0;
        foreach (JsonObject container in containers.Objects())
        {
            string here = $"{path}[{index++}]";
            string name = container.Str("name") ?? "";
            if (name.Length == 0)
            {
                errors.Add(FieldError.Required($"{here}.name"));
            }
            else if (!NameRules.IsLabel(name))
            {
                errors.Add(FieldError.InvalidText($"{here}.name", name, "a lowercase RFC 1123 label must consist of lower case "
                    + "alphanumeric characters or '-', and must start and end with an alphanumeric character"));
            }
            else if (!names.Add(name))
            {
                errors.Add(FieldError.Duplicate($"{here}.name", name));
            }

            if (string.IsNullOrEmpty(container.Str("image")))
            {
                errors.Add(FieldError.Required($"{here}.image"));
            }

            CheckMembers(container, here, volumes, errors);
        }
    }

    private static void CheckMembers(JsonObject container, string path, HashSet<string> volumes, List<FieldError> errors)
    {
        int index = 0;
        foreach (JsonObject mount in container.Arr("volumeMounts").Objects())
        {
            string here = $"{path}.volumeMounts[{index++}]";
            string name = mount.Str("name") ?? "";
            if (!volumes.Contains(name))
            {
                errors.Add(new FieldError($"{here}.name", "FieldValueNotFound", $"Not found: \"{name}\""));
            }

            if (string.IsNullOrEmpty(mount.Str("mountPath")))
            {
                errors.Add(FieldError.Required($"{here}.mountPath"));
            }
        }

        index = 0;
        foreach (JsonObject port in container.Arr("ports").Objects())
        {
            CheckPort(port["containerPort"], $"{path}.ports[{index++}].containerPort", errors);
        }
    }
}
