namespace Lateen.Local.ApiServer.Security;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Store;

/// <summary>Enforces RBAC objects: deny unless a role that is bound to the caller allows.</summary>
internal sealed class RbacAuthorizer(ObjectStore store)
{
    private const string Group = "rbac.authorization.k8s.io";

    public void Authorize(UserIdentity user, ApiRequest request)
    {
        string resource = request.Subresource.Length == 0 ? request.Plural : $"{request.Plural}/{request.Subresource}";
        AccessAttributes asked = request.IsResource
            ? new AccessAttributes(VerbOf(request), request.Group, resource, NamespaceOf(request), request.Name, null)
            : new AccessAttributes(request.Verb, "", "", null, null, request.Path);
        if (!Allows(user, asked))
        {
            throw Forbidden(user, request, asked);
        }
    }

    public bool Allows(UserIdentity user, AccessAttributes asked)
    {
        return user.IsMaster || RulesFor(user, asked.Namespace).Any(rule => RuleAllows(rule, asked));
    }

    /// <summary>Every rule that applies to the caller in a namespace (null: cluster-wide bindings only).</summary>
    public IEnumerable<JsonObject> RulesFor(UserIdentity user, string? ns)
    {
        IEnumerable<JsonObject> cluster = store.List($"{Group}/clusterrolebindings", null).Items
            .Where(binding => Binds(binding.Value, user, "")).SelectMany(binding => RulesOf(binding.Value, ""));
        if (string.IsNullOrEmpty(ns))
        {
            return cluster;
        }

        return cluster.Concat(store.List($"{Group}/rolebindings", ns).Items
            .Where(binding => Binds(binding.Value, user, ns)).SelectMany(binding => RulesOf(binding.Value, ns)));
    }

    /// <summary>
    /// Nobody may grant what they do not have: a new role's rules must be covered by the author's own, unless the author may
    /// escalate.
    /// </summary>
    public void CheckGrant(UserIdentity user, string plural, string? ns, JsonObject obj)
    {
        bool binding = plural.EndsWith("bindings", StringComparison.Ordinal);
        string roles = binding ? obj.Str("roleRef", "kind") == "Role" ? "roles" : "clusterroles" : plural;
        string name = binding ? obj.Str("roleRef", "name") ?? "" : obj.Name();
        if (Allows(user, new AccessAttributes(binding ? "bind" : "escalate", Group, roles, ns, name, null)))
        {
            return;
        }

        IEnumerable<JsonObject> granted = binding ? RulesOf(obj, ns ?? "") : obj.Arr("rules").Objects();
        List<JsonObject> held = [.. RulesFor(user, ns)];
        if (granted.Any(rule => !Covered(rule, held)))
        {
            throw ApiErrors.Forbidden($"{plural}.{Group} \"{obj.Name()}\" is forbidden: user \"{user.Name}\" (groups="
                + $"[{string.Join(" ", user.Groups.Select(group => $"\"{group}\""))}]) is attempting to grant RBAC "
                + $"permissions not currently held");
        }
    }

    public static bool RuleAllows(JsonObject rule, AccessAttributes asked)
    {
        if (!Has(rule, "verbs", asked.Verb))
        {
            return false;
        }

        if (asked.Path is { } path)
        {
            return rule.Arr("nonResourceURLs").Strings().Any(url => url == "*" || url == path
                || (url.EndsWith('*') && path.StartsWith(url[..^1], StringComparison.Ordinal)));
        }

        return Has(rule, "apiGroups", asked.Group) && ResourceMatches(rule, asked.Resource)
            && (rule.Arr("resourceNames") is not { Count: > 0 } names || names.Strings().Contains(asked.Name));
    }

    private static bool Covered(JsonObject rule, List<JsonObject> held)
    {
        foreach (string verb in rule.Arr("verbs").Strings())
        {
            foreach (string path in rule.Arr("nonResourceURLs").Strings())
            {
                if (!held.Any(own => RuleAllows(own, new AccessAttributes(verb, "", "", null, null, path))))
                {
                    return false;
                }
            }

            foreach (string group in rule.Arr("apiGroups").Strings())
            {
                foreach (string resource in rule.Arr("resources").Strings())
                {
                    string?[] names = rule.Arr("resourceNames") is { Count: > 0 } some ? [.. some.Strings()] : [null];
                    if (names.Any(name => !held.Any(own =>
                        RuleAllows(own, new AccessAttributes(verb, group, resource, null, name, null)))))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static bool ResourceMatches(JsonObject rule, string resource)
    {
        int slash = resource.IndexOf('/');
        return rule.Arr("resources").Strings().Any(item => item == "*" || item == resource
            || (slash > 0 && item.StartsWith("*/", StringComparison.Ordinal) && item[2..] == resource[(slash + 1)..]));
    }

    private static bool Has(JsonObject rule, string field, string wanted)
    {
        return rule.Arr(field).Strings().Any(item => item == "*" || item == wanted);
    }

    private static bool Binds(JsonObject binding, UserIdentity user, string ns)
    {
        foreach (JsonObject subject in binding.Arr("subjects").Objects())
        {
            string name = subject.Str("name") ?? "";
            bool match = subject.Str("kind") switch
            {
                "User" => name == user.Name,
                "Group" => user.Groups.Contains(name),
                "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.Str("namespace") ?? ns}:{name}",
                _ => false,
            };
            if (match)
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<JsonObject> RulesOf(JsonObject binding, string ns)
    {
        string name = binding.Str("roleRef", "name") ?? "";
        ObjectKey key = binding.Str("roleRef", "kind") == "Role"
            ? new ObjectKey($"{Group}/roles", ns, name) : new ObjectKey($"{Group}/clusterroles", "", name);
        if (store.Get(key)?.Value is not { } role)
        {
            return [];
        }

        return role.Arr("aggregationRule", "clusterRoleSelectors") is { } selectors
            ? role.Arr("rules").Objects().Concat(Aggregated(name, selectors)) : role.Arr("rules").Objects();
    }

    private IEnumerable<JsonObject> Aggregated(string self, JsonArray selectors)
    {
        List<LabelSelector> wanted = [.. selectors.Objects().Select(LabelSelector.FromObject)];
        return store.List($"{Group}/clusterroles", null).Items
            .Where(role => role.Key.Name != self && wanted.Any(selector =>
                selector.Matches(role.Value.Obj("metadata", "labels"))))
            .SelectMany(role => role.Value.Arr("rules").Objects());
    }

    private static string VerbOf(ApiRequest request)
    {
        // A server-side apply that creates is a patch here too; exec by GET is allowed to whoever may create it.
        return request.Verb == "get" && request.Subresource is "exec" or "attach" or "portforward" ? "get" : request.Verb;
    }

    private static string? NamespaceOf(ApiRequest request)
    {
        return request is { Group: "", Plural: "namespaces" } ? request.Name : request.Namespace;
    }

    private static Cluster.ApiException Forbidden(UserIdentity user, ApiRequest request, AccessAttributes asked)
    {
        if (!request.IsResource)
        {
            return ApiErrors.Forbidden($"forbidden: User \"{user.Name}\" cannot {asked.Verb} path \"{request.Path}\"");
        }

        string qualified = request.Group.Length == 0 ? request.Plural : $"{request.Plural}.{request.Group}";
        string subject = request.Name is null ? $"{qualified} is forbidden" : $"{qualified} \"{request.Name}\" is forbidden";
        string where = string.IsNullOrEmpty(asked.Namespace) || request.Namespace is null ? " at the cluster scope"
            : $" in the namespace \"{asked.Namespace}\"";
        var details = new JsonObject { ["kind"] = request.Plural };
        if (request.Group.Length > 0)
        {
            details["group"] = request.Group;
        }

        if (request.Name is not null)
        {
            details["name"] = request.Name;
        }

        return ApiErrors.Forbidden($"{subject}: User \"{user.Name}\" cannot {asked.Verb} resource \"{asked.Resource}\" in "
            + $"API group "
            + $"\"{request.Group}\"{where}", details);
    }
}
