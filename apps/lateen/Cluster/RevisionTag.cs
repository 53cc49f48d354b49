namespace Lateen.CommandLine.Cluster;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>
/// A second name of a revision: namespaces labelled istio.io/rev=NAME are injected by it. Equal to what chart istiod makes of its
/// value revisionTags.
/// </summary>
internal sealed record RevisionTag(string Name, string Revision, string Namespace)
{
    public const string Label = "istio.io/tag";

    private const string RevisionLabel = "istio.io/rev";
    private const string InjectionLabel = "istio-injection";
    private const string PodLabel = "sidecar.istio.io/inject";

    public string ObjectName => $"istio-revision-tag-{Name}-{Namespace}";

    public static RevisionTag? Read(JsonObject webhook) => webhook.TextAt("metadata", "labels", Label) is { Length: > 0 } name
        ? new RevisionTag(
            name, webhook.TextAt("metadata", "labels", RevisionLabel),
            webhook.ObjectsAt("webhooks").FirstOrDefault().TextAt("clientConfig", "service", "namespace"))
        : null;

    public JsonObject Manifest()
    {
        JsonObject[] silent = [Term(InjectionLabel, "DoesNotExist"), Term(RevisionLabel, "DoesNotExist")];
        JsonObject notRefused = Term(PodLabel, "NotIn", "false");
        JsonObject tagged = Term(RevisionLabel, "In", Name);
        var webhooks = new JsonArray(
            Webhook("rev.namespace", [tagged, Term(InjectionLabel, "DoesNotExist")], [notRefused]),
            Webhook("rev.object", silent, [notRefused, tagged]));
        if (Name == "default")
        {
            webhooks.Add((JsonNode)Webhook("namespace", [Term(InjectionLabel, "In", "enabled")], [notRefused]));
            webhooks.Add((JsonNode)Webhook("object", silent,
                [Term(PodLabel, "In", "true"), Term(RevisionLabel, "DoesNotExist")]));
        }

        return new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "MutatingWebhookConfiguration",
            ["metadata"] = new JsonObject
            {
                ["name"] = ObjectName,
                ["labels"] = new JsonObject { ["app"] = "sidecar-injector", [RevisionLabel] = Revision, [Label] = Name },
            },
            ["webhooks"] = webhooks,
        };
    }

    private static JsonObject Term(string key, string word, params ReadOnlySpan<string> values)
    {
        var term = new JsonObject { ["key"] = key, ["operator"] = word };
        if (values.Length > 0)
        {
            term["values"] = new JsonArray([.. values.ToArray().Select(static v => JsonValue.Create(v))]);
        }

        return term;
    }

    private static JsonObject Selector(IEnumerable<JsonObject> terms) =>
        new() { ["matchExpressions"] = new JsonArray([.. terms.Select(static t => t.DeepClone())]) };

    // The control plane writes its root certificate into it by itself.
    private JsonObject Webhook(string name, IEnumerable<JsonObject> namespaces, IEnumerable<JsonObject> pods) => new()
    {
        ["name"] = $"{name}.sidecar-injector.istio.io",
        ["clientConfig"] = new JsonObject
        {
            ["service"] = new JsonObject
            {
                ["name"] = Revision is "" or "default" ? "istiod" : $"istiod-{Revision}",
                ["namespace"] = Namespace,
                ["path"] = "/inject",
                ["port"] = 443,
            },
        },
        ["sideEffects"] = "None",
        ["rules"] = new JsonArray(new JsonObject
        {
            ["operations"] = new JsonArray("CREATE"),
            ["apiGroups"] = new JsonArray(""),
            ["apiVersions"] = new JsonArray("v1"),
            ["resources"] = new JsonArray("pods"),
        }),
        ["failurePolicy"] = "Fail",
        ["reinvocationPolicy"] = "Never",
        ["admissionReviewVersions"] = new JsonArray("v1"),
        ["timeoutSeconds"] = 10,
        ["namespaceSelector"] = Selector(namespaces),
        ["objectSelector"] = Selector(pods),
    };
}
