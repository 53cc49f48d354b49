namespace Lateen.Local.ApiServer.Security;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>The roles and bindings that every cluster has.</summary>
internal static class BootstrapRoles
{
    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] Workloads = ["deployments", "deployments/scale", "replicasets", "replicasets/scale",
        "statefulsets",
        "statefulsets/scale", "daemonsets"];

    private static readonly string[] CoreObjects = ["pods", "pods/status", "services", "services/status", "endpoints",
        "configmaps",
        "serviceaccounts", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale", "events"];

    public static IEnumerable<(string Plural, JsonObject Object)> All()
    {
        yield return Role("cluster-admin", [.. EverythingRules()]);
        yield return Aggregate("admin", ["admin", "edit", "view"],
            [Rule(Read.Concat(Write), "rbac.authorization.k8s.io", "roles", "rolebindings"),
            Rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"), .. EditRules(), .. ViewRules()]);
        yield return Aggregate("edit", ["edit", "view"], [.. EditRules(), .. ViewRules()]);
        yield return Aggregate("view", ["view"], [.. ViewRules()]);
        yield return Role("system:basic-user", Rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews",
            "selfsubjectrulesreviews"),
            Rule(["create"], "authentication.k8s.io", "selfsubjectreviews"));
        yield return Role("system:discovery", Paths("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi",
            "/openapi/*",
            "/readyz", "/version", "/version/"));
        yield return Role("system:auth-delegator", Rule(["create"], "authentication.k8s.io", "tokenreviews"),
            Rule(["create"], "authorization.k8s.io", "subjectaccessreviews"));
        yield return Role("system:node", Rule(["*"], "", "nodes", "nodes/status", "pods", "pods/status", "events"));
        yield return Binding("cluster-admin", "cluster-admin", "system:masters");
        yield return Binding("system:basic-user", "system:basic-user", "system:authenticated");
        yield return Binding("system:discovery", "system:discovery", "system:authenticated");
    }

    public static IEnumerable<JsonObject> EverythingRules()
    {
        yield return Rule(["*"], "*", "*");
        yield return new JsonObject { ["verbs"] = new JsonArray { "*" }, ["nonResourceURLs"] = new JsonArray { "*" } };
    }

    private static IEnumerable<JsonObject> ViewRules()
    {
        yield return Rule(Read, "", [.. CoreObjects, "namespaces", "pods/log", "limitranges", "resourcequotas"]);
        yield return Rule(Read, "apps", [.. Workloads, "controllerrevisions"]);
        yield return Rule(Read, "batch", "jobs", "cronjobs");
        yield return Rule(Read, "networking.k8s.io", "ingresses", "networkpolicies");
        yield return Rule(Read, "policy", "poddisruptionbudgets");
        yield return Rule(Read, "autoscaling", "horizontalpodautoscalers");
        yield return Rule(Read, "discovery.k8s.io", "endpointslices");
    }

    private static IEnumerable<JsonObject> EditRules()
    {
        yield return Rule(Write, "", CoreObjects);
        yield return Rule(Read.Concat(Write), "", "secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy",
            "services/proxy", "pods/eviction");
        yield return Rule(["create"], "", "serviceaccounts/token");
        yield return Rule(Write, "apps", Workloads);
        yield return Rule(Write, "batch", "jobs", "cronjobs");
        yield return Rule(Write, "networking.k8s.io", "ingresses", "networkpolicies");
        yield return Rule(Write, "policy", "poddisruptionbudgets");
        yield return Rule(Write, "autoscaling", "horizontalpodautoscalers");
        yield return Rule(Read.Concat(Write), "coordination.k8s.io", "leases");
    }

    private static JsonObject Rule(IEnumerable<string> verbs, string group, params string[] resources)
    {
        return new JsonObject
        {
            ["verbs"] = verbs.ToJsonArray(), ["apiGroups"] = new JsonArray { group }, ["resources"] = resources.ToJsonArray(),
        };
    }

    private static JsonObject Paths(params string[] urls)
    {
        return new JsonObject { ["verbs"] = new JsonArray { "get" }, ["nonResourceURLs"] = urls.ToJsonArray() };
    }

    private static (string Plural, JsonObject Object) Role(string name, params JsonObject[] rules)
    {
        var list = new JsonArray();
        foreach (JsonObject rule in rules)
        {
            list.Add(rule);
        }

        return ("clusterroles", new JsonObject { ["metadata"] = Metadata(name), ["rules"] = list });
    }

    /// <summary>The three user-facing roles take in whatever other roles are labelled for them, as charts expect.</summary>
    private static (string Plural, JsonObject Object) Aggregate(string name, string[] targets, JsonObject[] rules)
    {
        (string plural, JsonObject role) = Role(name, rules);
        var selectors = new JsonArray();
        foreach (string target in targets)
        {
            selectors.Add(new JsonObject
            {
                ["matchLabels"] = new JsonObject { [$"rbac.authorization.k8s.io/aggregate-to-{target}"] = "true" },
            });
        }

        role["aggregationRule"] = new JsonObject { ["clusterRoleSelectors"] = selectors };
        return (plural, role);
    }

    private static (string Plural, JsonObject Object) Binding(string name, string role, string group)
    {
        return ("clusterrolebindings", new JsonObject
        {
            ["metadata"] = Metadata(name),
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] =
                role },
            ["subjects"] = new JsonArray { new JsonObject
            {
                ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group,
            } },
        });
    }

    private static JsonObject Metadata(string name)
    {
        return new JsonObject
        {
            ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        };
    }
}
