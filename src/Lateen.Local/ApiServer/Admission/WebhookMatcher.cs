namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Store;

/// <summary>Decides whether a webhook wants to see an operation: rules, namespace selector, object selector.</summary>
internal sealed class WebhookMatcher(ObjectStore store)
{
    public bool Matches(JsonObject hook, AdmissionRequest request)
    {
        return hook.Arr("rules").Objects().Any(rule => RuleMatches(rule, request))
            && NamespaceMatches(hook.Obj("namespaceSelector"), request)
            && ObjectMatches(hook.Obj("objectSelector"), request);
    }

    private static bool RuleMatches(JsonObject rule, AdmissionRequest request)
    {
        string scope = rule.Str("scope") ?? "*";
        bool namespaced = request.Resource.Type.Namespaced;
        return Has(rule, "operations", request.Operation)
            && Has(rule, "apiGroups", request.Resource.Type.Group)
            && VersionMatches(rule, request)
            && ResourceMatches(rule, request)
            && (scope == "*" || scope == "Namespaced" == namespaced);
    }

    /// <summary>
    /// A rule for another version of the same resource matches too (matchPolicy Equivalent): versions differ only in apiVersion
    /// here.
    /// </summary>
    private static bool VersionMatches(JsonObject rule, AdmissionRequest request)
    {
        return Has(rule, "apiVersions", request.Resource.Type.Version) || request.Resource.IsCustom;
    }

    private static bool ResourceMatches(JsonObject rule, AdmissionRequest request)
    {
        string plural = request.Resource.Type.Plural;
        string subresource = request.Subresource;
        foreach (string wanted in rule.Arr("resources").Strings())
        {
            string[] parts = wanted.Split('/', 2);
            bool resource = parts[0] == "*" || parts[0] == plural;
            bool sub = parts.Length == 1 ? subresource.Length == 0 || parts[0] == "*" && subresource.Length == 0
                : parts[1] == "*" || parts[1] == subresource;
            if (resource && sub)
            {
                return true;
            }
        }

        return false;
    }

    private bool NamespaceMatches(JsonObject? selector, AdmissionRequest request)
    {
        if (selector is not { Count: > 0 })
        {
            return true;
        }

        // A namespace is selected by its own labels; other cluster-wide objects are never excluded by a namespace selector.
        if (request.Resource.Type is { Group: "", Plural: "namespaces" })
        {
            JsonObject? own = (request.Object ?? request.OldObject).Obj("metadata", "labels");
            return LabelSelector.FromObject(selector).Matches(own);
        }

        if (!request.Resource.Type.Namespaced)
        {
            return true;
        }

        JsonObject? labels = store.Get(new ObjectKey("namespaces", "", request.Namespace))?.Value.Obj("metadata", "labels");
        return LabelSelector.FromObject(selector).Matches(labels);
    }

    private static bool ObjectMatches(JsonObject? selector, AdmissionRequest request)
    {
        if (selector is not { Count: > 0 })
        {
            return true;
        }

        var parsed = LabelSelector.FromObject(selector);
        return (request.Object is { } now && parsed.Matches(now.Obj("metadata", "labels")))
            || (request.OldObject is { } before && parsed.Matches(before.Obj("metadata", "labels")));
    }

    private static bool Has(JsonObject rule, string field, string wanted)
    {
        return rule.Arr(field).Strings().Any(item => item == "*" || item == wanted);
    }
}
