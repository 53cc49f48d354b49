namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Json;

/// <summary>Writes AdmissionReview requests (admission.k8s.io/v1).</summary>
internal static class WebhookReview
{
    public static JsonObject Request(string uid, AdmissionRequest request)
    {
        JsonObject kind = Kind(request, request.Resource.Type.Kind, "kind");
        JsonObject resource = Kind(request, request.Resource.Type.Plural, "resource");
        var body = new JsonObject
        {
            ["uid"] = uid, ["kind"] = kind, ["resource"] = resource, ["requestKind"] = kind.DeepClone(),
            ["requestResource"] = resource.DeepClone(),
        };
        if (request.Subresource.Length > 0)
        {
            body["subResource"] = request.Subresource;
            body["requestSubResource"] = request.Subresource;
        }

        body["name"] = request.Name;
        if (request.Namespace.Length > 0)
        {
            body["namespace"] = request.Namespace;
        }

        body["operation"] = request.Operation;
        body["userInfo"] = ReviewHandler.UserInfo(request.Context.User);
        body["object"] = request.Object?.DeepClone();
        body["oldObject"] = request.OldObject?.DeepClone();
        body["dryRun"] = request.Context.DryRun;
        body["options"] = new JsonObject { ["apiVersion"] = "meta.k8s.io/v1", ["kind"] = OptionsKind(request.Operation) };
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = body };
    }

    private static string OptionsKind(string operation)
    {
        return operation switch { "CREATE" => "CreateOptions", "DELETE" => "DeleteOptions", _ => "UpdateOptions" };
    }

    private static JsonObject Kind(AdmissionRequest request, string name, string field)
    {
        return new JsonObject
        {
            ["group"] = request.Resource.Type.Group, ["version"] = request.Resource.Type.Version, [field] = name,
        };
    }
}
