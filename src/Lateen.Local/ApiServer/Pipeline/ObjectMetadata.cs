namespace Lateen.Local.ApiServer.Pipeline;

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>The metadata that the server owns.</summary>
internal static class ObjectMetadata
{
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static void PrepareCreate(ResourceDefinition resource, string? ns, JsonObject obj, DateTimeOffset now)
    {
        obj["apiVersion"] = resource.Type.ApiVersion;
        obj["kind"] = resource.Type.Kind;
        JsonObject metadata = obj.Metadata();
        if (metadata.Str("resourceVersion") is { Length: > 0 } and not "0")
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        SetNamespace(resource, ns, metadata);
        if (string.IsNullOrEmpty(metadata.Str("name")))
        {
            string prefix = metadata.Str("generateName") ?? "";
            if (prefix.Length == 0)
            {
                throw ApiErrors.Invalid(resource, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
            }

            metadata["name"] = GenerateName(prefix);
        }

        foreach (string owned in (string[])["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
            "generation"])
        {
            metadata.Remove(owned);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = KubeTime.Seconds(now);
        if (HasGeneration(resource))
        {
            metadata["generation"] = 1;
        }

        if (resource.HasStatus)
        {
            obj.Remove("status");
        }
    }

    public static void PrepareUpdate(ResourceDefinition resource, string subresource, JsonObject current, JsonObject wanted,
        DateTimeOffset now)
    {
        wanted["apiVersion"] = current["apiVersion"]?.DeepClone();
        wanted["kind"] = current["kind"]?.DeepClone();
        JsonObject metadata = wanted.Metadata();
        JsonObject old = current.Metadata();
        string name = current.Name();
        if (metadata.Str("name") is { Length: > 0 } sent && sent != name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({sent}) does not match the name on the URL ({name})");
        }

        if (metadata.Str("namespace") is { Length: > 0 } ns && ns != current.Namespace())
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        if (subresource.Length > 0)
        {
            KeepAllBut(SubresourceField(subresource), current, wanted);
            return;
        }

        string[] fixedFields = ["name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds", "generateName", "selfLink"];
        foreach (string field in fixedFields)
        {
            Copy(old, metadata, field);
        }

        if (resource.HasStatus)
        {
            Copy(current, wanted, "status");
        }
    }

    /// <summary>The generation counts changes of what the user wants: everything but metadata and status.</summary>
    public static void BumpGeneration(ResourceDefinition resource, JsonObject current, JsonObject wanted)
    {
        if (!HasGeneration(resource))
        {
            return;
        }

        bool same = Wanted(resource, current).All(field => JsonNode.DeepEquals(current[field], wanted[field]))
            && Wanted(resource, wanted).All(current.ContainsKey);
        if (!same)
        {
            wanted.Metadata()["generation"] = (current.Int("metadata", "generation") ?? 0) + 1;
        }
    }

    public static string GenerateName(string prefix)
    {
        // Kubernetes cuts the base so that the whole still fits a label.
        string start = prefix.Length > 58 ? prefix[..58] : prefix;
        return start + RandomNumberGenerator.GetString(NameAlphabet, 5);
    }

    private static IEnumerable<string> Wanted(ResourceDefinition resource, JsonObject obj)
    {
        return obj.Select(pair => pair.Key).Where(key => key is not ("metadata" or "apiVersion" or "kind")
            && (key != "status" || !resource.HasStatus));
    }

    private static bool HasGeneration(ResourceDefinition resource)
    {
        if (resource.IsCustom)
        {
            return true;
        }

        return resource.Type.Plural switch
        {
            "namespaces" or "nodes" or "services" or "persistentvolumes" or "persistentvolumeclaims" => false,
            "endpointslices" or "mutatingwebhookconfigurations" or "validatingwebhookconfigurations" or "networkpolicies" => true,
            _ => resource.HasStatus,
        };
    }

    private static void SetNamespace(ResourceDefinition resource, string? ns, JsonObject metadata)
    {
        if (!resource.Type.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (metadata.Str("namespace") is { Length: > 0 } sent && sent != ns)
        {
            throw ApiErrors.BadRequest(
                $"the namespace of the provided object does not match the namespace sent on the request ({sent} != {ns})");
        }

        metadata["namespace"] = ns;
    }

    private static string SubresourceField(string subresource) => subresource == "status" ? "status" : "spec";

    private static void KeepAllBut(string field, JsonObject current, JsonObject wanted)
    {
        JsonNode? changed = wanted[field]?.DeepClone();
        JsonNode? managed = wanted.At("metadata", "managedFields")?.DeepClone();
        foreach (string key in wanted.Select(pair => pair.Key).ToList())
        {
            wanted.Remove(key);
        }

        foreach ((string key, JsonNode? value) in current)
        {
            if (key != field)
            {
                wanted[key] = value?.DeepClone();
            }
        }

        if (changed is not null)
        {
            wanted[field] = changed;
        }

        if (managed is not null)
        {
            wanted.Metadata()["managedFields"] = managed;
        }
    }

    private static void Copy(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }
}
