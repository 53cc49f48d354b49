namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Patching;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

/// <summary>The scale subresource (autoscaling/v1 Scale).</summary>
internal sealed class ScaleHandler(ResourcePipeline pipeline)
{
    public async Task HandleAsync(HttpContext http, ResourceDefinition resource, ApiRequest request, RequestContext context)
    {
        string name = request.Name ?? "";
        ScalePaths paths = resource.Scale ?? throw ApiErrors.NoSuchResource();
        JsonNode? body = request.Verb is "update" or "patch" ? await RequestBody.ReadAsync(http, null).ConfigureAwait(false)
            : null;
        JsonObject obj = request.Verb switch
        {
            "get" => VersionConversion.ToServed(resource, pipeline.Get(resource, request.Namespace, name).Value),
            "update" or "patch" => await pipeline.UpdateAsync(resource, request.Namespace, name, "", current =>
            {
                JsonObject scale = Wanted(Show(resource, paths, current), body);
                if (scale.Str("metadata", "resourceVersion") is { Length: > 0 } version
                    && version != current.Str("metadata", "resourceVersion"))
                {
                    throw ApiErrors.StaleVersion(resource, name);
                }

                Set(current, paths.SpecReplicas.Split('.'), scale.Int("spec", "replicas") ?? 0);
                return current;
            }, context).ConfigureAwait(false),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
        Responses.AddWarnings(http, context);
        await Responses.WriteAsync(http, 200, Show(resource, paths, obj)).ConfigureAwait(false);
    }

    private static JsonObject Wanted(JsonObject current, JsonNode? body)
    {
        switch (body)
        {
            case JsonArray operations:
                return JsonPatch.Apply(current, operations);
            case JsonObject patch:
                MergePatch.Apply(current, patch);
                return current;
            default:
                throw ApiErrors.BadRequest("the body must be a Scale or a patch of one");
        }
    }

    private static JsonObject Show(ResourceDefinition resource, ScalePaths paths, JsonObject obj)
    {
        var metadata = new JsonObject();
        foreach (string field in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[field] = obj.At("metadata", field)?.DeepClone();
        }

        JsonNode? selector = paths.LabelSelector is { } path ? obj.At(path.Split('.')) : null;
        string text = selector.AsText() ?? (obj.Obj("spec", "selector") is { } labels && !resource.IsCustom
            ? TablePrinters.SelectorText(labels.Obj("matchLabels") is null && labels.Arr("matchExpressions") is null
                ? new JsonObject { ["matchLabels"] = labels.DeepClone() } : labels) : "");
        return new JsonObject
        {
            ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = obj.At(paths.SpecReplicas.Split('.'))?.DeepClone() ?? 0 },
            ["status"] = new JsonObject
            {
                ["replicas"] = obj.At(paths.StatusReplicas.Split('.'))?.DeepClone() ?? 0, ["selector"] = text,
            },
        };
    }

    private static void Set(JsonObject obj, string[] path, long value)
    {
        foreach (string step in path[..^1])
        {
            obj = obj.Ensure(step);
        }

        obj[path[^1]] = value;
    }
}
