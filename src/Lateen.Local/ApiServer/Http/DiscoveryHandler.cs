namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

/// <summary>/api and /apis, plain and aggregated (apidiscovery.k8s.io/v2).</summary>
internal sealed class DiscoveryHandler(ResourceCatalog catalog)
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update",
        "watch"];

    /// <summary>Answers when the path is a discovery path.</summary>
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        string[] parts = (http.Request.Path.Value ?? "").Trim('/').Split('/');
        JsonObject? answer = parts switch
        {
            ["api"] => WantsAggregated(http) ? AggregatedList(core: true) : CoreVersions(),
            ["apis"] => WantsAggregated(http) ? AggregatedList(core: false) : GroupList(),
            ["api", "v1"] => ResourceList("", "v1"),
            ["apis", string group] => Group(group) ?? throw ApiErrors.NoSuchResource(),
            ["apis", string group, string version] => ResourceList(group, version),
            _ => null,
        };
        if (answer is null)
        {
            return false;
        }

        bool aggregated = answer.Str("kind") == "APIGroupDiscoveryList";
        await Responses.WriteAsync(http, 200, JsonParser.ToUtf8(answer), aggregated ? Aggregated : Responses.Json)
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>Subresources besides status and scale, with their verbs and the kind they speak.</summary>
    public static IEnumerable<(string Name, string[] Verbs, string Group, string Version,
        string Kind)> Extra(ResourceDefinition resource)
    {
        return resource.Collection switch
        {
            "pods" =>
            [
                ("attach", ["create", "get"], "", "v1", "PodAttachOptions"), ("binding", ["create"], "", "v1", "Binding"),
                ("eviction", ["create"], "policy", "v1", "Eviction"), ("exec", ["create", "get"], "", "v1", "PodExecOptions"),
                ("log", ["get"], "", "v1", "Pod"), ("portforward", ["create", "get"], "", "v1", "PodPortForwardOptions"),
                ("proxy", ["create", "delete", "get", "patch", "update"], "", "v1", "PodProxyOptions"),
            ],
            "services" => [("proxy", ["create", "delete", "get", "patch", "update"], "", "v1", "ServiceProxyOptions")],
            "serviceaccounts" => [("token", ["create"], "authentication.k8s.io", "v1", "TokenRequest")],
            "namespaces" => [("finalize", ["update"], "", "v1", "Namespace")],
            _ => [],
        };
    }

    private static bool WantsAggregated(HttpContext http)
    {
        return http.Request.Headers.Accept.Any(value => value is not null && value.Contains("as=APIGroupDiscoveryList")
            && value.Contains("g=apidiscovery.k8s.io") && value.Contains("v=v2;"));
    }

    private static JsonObject CoreVersions()
    {
        return new JsonObject
        {
            ["kind"] = "APIVersions", ["versions"] = new JsonArray { "v1" },
            ["serverAddressByClientCIDRs"] = new JsonArray(),
        };
    }

    private JsonObject GroupList()
    {
        var groups = new JsonArray();
        foreach (string group in Groups())
        {
            if (Group(group) is { } item)
            {
                item.Remove("kind");
                item.Remove("apiVersion");
                groups.Add(item);
            }
        }

        return new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = groups };
    }

    private IEnumerable<string> Groups() => catalog.All.Select(item => item.Type.Group)
        .Where(group => group.Length > 0).Distinct();

    private List<string> Versions(string group)
    {
        List<string> versions = [.. catalog.All.Where(item => item.Type.Group == group)
            .Select(item => item.Type.Version).Distinct()];
        versions.Sort(VersionOrder.Compare);
        return versions;
    }

    private JsonObject? Group(string group)
    {
        List<string> versions = Versions(group);
        if (versions.Count == 0)
        {
            return null;
        }

        var list = new JsonArray();
        foreach (string version in versions)
        {
            list.Add(new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version });
        }

        return new JsonObject
        {
            ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group, ["versions"] = list, ["preferredVersion"] =
                list[0]?.DeepClone(),
        };
    }

    private JsonObject? ResourceList(string group, string version)
    {
        List<ResourceDefinition> found = [.. Of(group, version)];
        if (found.Count == 0)
        {
            throw ApiErrors.NoSuchResource();
        }

        var list = new JsonArray();
        foreach (ResourceDefinition resource in found)
        {
            JsonObject entry = Entry(resource, resource.Type.Plural, Verbs(resource), null);
            entry["singularName"] = resource.Singular;
            AddNames(entry, resource);
            list.Add(entry);
            foreach ((string name, string[] verbs, string kindGroup, string kindVersion, string kind) in Subresources(resource))
            {
                list.Add(Entry(resource, $"{resource.Type.Plural}/{name}", verbs, (kindGroup, kindVersion, kind)));
            }
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = found[0].Type.ApiVersion, ["resources"] =
                list,
        };
    }

    private IEnumerable<ResourceDefinition> Of(string group, string version)
    {
        return catalog.All.Where(item => item.Type.Group == group && item.Type.Version == version)
            .OrderBy(item => item.Type.Plural, StringComparer.Ordinal);
    }

    private static string[] Verbs(ResourceDefinition resource) => resource.CreateOnly ? ["create"] : AllVerbs;

    private static IEnumerable<(string Name, string[] Verbs, string Group, string Version, string Kind)> Subresources(
        ResourceDefinition resource)
    {
        if (resource.HasStatus)
        {
            yield return ("status", ["get", "patch", "update"], resource.Type.Group, resource.Type.Version, resource.Type.Kind);
        }

        if (resource.Scale is not null)
        {
            yield return ("scale", ["get", "patch", "update"], "autoscaling", "v1", "Scale");
        }

        foreach ((string, string[], string, string, string) extra in Extra(resource))
        {
            yield return extra;
        }
    }

    private static JsonObject Entry(ResourceDefinition resource, string name, string[] verbs,
        (string Group, string Version, string Kind)? responds)
    {
        var entry = new JsonObject
        {
            ["name"] = name, ["singularName"] = "", ["namespaced"] = resource.Type.Namespaced,
            ["kind"] = responds?.Kind ?? resource.Type.Kind, ["verbs"] = verbs.ToJsonArray(),
        };
        if (responds is { } other && other.Group != resource.Type.Group)
        {
            entry["group"] = other.Group;
            entry["version"] = other.Version;
        }

        return entry;
    }

    private static void AddNames(JsonObject entry, ResourceDefinition resource)
    {
        if (resource.ShortNames.Count > 0)
        {
            entry["shortNames"] = resource.ShortNames.ToJsonArray();
        }

        if (resource.Categories.Count > 0)
        {
            entry["categories"] = resource.Categories.ToJsonArray();
        }
    }

    private JsonObject AggregatedList(bool core)
    {
        var items = new JsonArray();
        foreach (string group in core ? [""] : Groups())
        {
            var versions = new JsonArray();
            foreach (string version in Versions(group))
            {
                var resources = new JsonArray();
                foreach (ResourceDefinition resource in Of(group, version))
                {
                    resources.Add(AggregatedResource(resource));
                }

                versions.Add(new JsonObject { ["version"] = version, ["resources"] = resources, ["freshness"] = "Current" });
            }

            var metadata = new JsonObject { ["creationTimestamp"] = null };
            if (group.Length > 0)
            {
                metadata["name"] = group;
            }

            items.Add(new JsonObject { ["metadata"] = metadata, ["versions"] = versions });
        }

        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList", ["apiVersion"] = "apidiscovery.k8s.io/v2", ["metadata"] = new JsonObject(),
            ["items"] = items,
        };
    }

    private static JsonObject AggregatedResource(ResourceDefinition resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Type.Plural,
            ["responseKind"] = Kind(resource.Type.Group, resource.Type.Version, resource.Type.Kind),
            ["scope"] = resource.Type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Verbs(resource).ToJsonArray(),
        };
        AddNames(entry, resource);
        var subresources = new JsonArray();
        foreach ((string name, string[] verbs, string group, string version, string kind) in Subresources(resource))
        {
            subresources.Add(new JsonObject
            {
                ["subresource"] = name, ["responseKind"] = Kind(group, version, kind), ["verbs"] = verbs.ToJsonArray(),
            });
        }

        if (subresources.Count > 0)
        {
            entry["subresources"] = subresources;
        }

        return entry;
    }

    private static JsonObject Kind(string group, string version, string kind)
    {
        return new JsonObject { ["group"] = group, ["version"] = version, ["kind"] = kind };
    }
}
