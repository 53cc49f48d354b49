namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Patching;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Tables;
using Lateen.Local.Cluster;
using Lateen.Local.Store;
using Microsoft.AspNetCore.Http;

/// <summary>Create, replace, patch and delete over HTTP.</summary>
internal sealed class ResourceHandler(ResourcePipeline pipeline, TimeProvider clock)
{
    public async Task CreateAsync(HttpContext http, ResourceDefinition resource, string? ns, RequestContext context)
    {
        JsonObject obj = await DecodeAsync(http, resource, context).ConfigureAwait(false);
        if (ns is null && resource.Type.Namespaced)
        {
            throw ApiErrors.BadRequest($"an empty namespace may not be set during creation of {resource.QualifiedName}");
        }

        JsonObject created = await pipeline.CreateAsync(resource, ns, obj, context).ConfigureAwait(false);
        await AnswerAsync(http, resource, 201, created, context).ConfigureAwait(false);
    }

    public async Task UpdateAsync(HttpContext http, ResourceDefinition resource, string? ns, string name, string subresource,
        RequestContext context)
    {
        JsonObject obj = await DecodeAsync(http, resource, context).ConfigureAwait(false);
        JsonObject updated = await pipeline.UpdateAsync(resource, ns, name, subresource, _ => obj.CloneObject(), context)
            .ConfigureAwait(false);
        await AnswerAsync(http, resource, 200, updated, context).ConfigureAwait(false);
    }

    public async Task PatchAsync(HttpContext http, ResourceDefinition resource, string? ns, string name, string subresource,
        RequestContext context)
    {
        string type = (http.Request.ContentType ?? "").Split(';')[0].Trim();
        var duplicates = new List<string>();
        JsonNode patch = await RequestBody.ReadAsync(http, duplicates).ConfigureAwait(false)
            ?? throw ApiErrors.BadRequest("the patch is empty");
        if (type is "application/apply-patch+yaml" or "application/apply-patch+cbor")
        {
            await ApplyAsync(http, resource, ns, name, subresource, patch, duplicates, context).ConfigureAwait(false);
            return;
        }

        JsonObject updated = await pipeline.UpdateAsync(resource, ns, name, subresource,
            current => Transform(type, resource, current, patch, context), context).ConfigureAwait(false);
        await AnswerAsync(http, resource, 200, updated, context).ConfigureAwait(false);
    }

    public async Task DeleteAsync(HttpContext http, ResourceDefinition resource, string? ns, string name, RequestContext context)
    {
        DeleteOptions options = await ReadDeleteOptionsAsync(http).ConfigureAwait(false);
        DeleteResult result = await pipeline.DeleteAsync(resource, ns, name, options, context).ConfigureAwait(false);
        Responses.AddWarnings(http, context);
        if (result.Remains)
        {
            await Responses.WriteAsync(http, 200, result.Object).ConfigureAwait(false);
            return;
        }

        var details = new JsonObject { ["name"] = name };
        if (resource.Type.Group.Length > 0)
        {
            details["group"] = resource.Type.Group;
        }

        details["kind"] = resource.Type.Plural;
        details["uid"] = result.Object.Str("metadata", "uid");
        await Responses.WriteAsync(http, 200, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] =
                details,
        }).ConfigureAwait(false);
    }

    public async Task DeleteCollectionAsync(HttpContext http, ResourceDefinition resource, string? ns, RequestContext context)
    {
        DeleteOptions options = await ReadDeleteOptionsAsync(http).ConfigureAwait(false);
        ListQuery query = ListQuery.Read(http.Request.Query, resource, null);
        var items = new JsonArray();
        foreach (StoredObject item in pipeline.Store.List(resource.StoreCollection, ns).Items)
        {
            if (query.Matches(VersionConversion.ToServed(resource, item.Value)))
            {
                DeleteResult result = await pipeline.DeleteAsync(resource, item.Key.Namespace, item.Key.Name, options, context)
                    .ConfigureAwait(false);
                items.Add(result.Object.DeepClone());
            }
        }

        await Responses.WriteAsync(http, 200, new JsonObject
        {
            ["kind"] = resource.ListKind, ["apiVersion"] = resource.Type.ApiVersion, ["metadata"] = new JsonObject(), ["items"] =
                items,
        }).ConfigureAwait(false);
    }

    private async Task ApplyAsync(HttpContext http, ResourceDefinition resource, string? ns, string name, string subresource,
        JsonNode body, List<string> duplicates, RequestContext context)
    {
        if (string.IsNullOrEmpty(http.Request.Query["fieldManager"]))
        {
            throw ApiErrors.BadRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
                + "required for apply patch");
        }

        JsonObject applied = body as JsonObject ?? throw ApiErrors.BadRequest("the applied configuration must be an object");
        Decode(resource, applied, duplicates, context);
        if (applied.Arr("metadata", "managedFields") is { Count: > 0 })
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        if (pipeline.Find(resource, ns, name) is null && subresource.Length == 0)
        {
            JsonObject fresh = ServerSideApply.Apply(resource, null, applied, context.FieldManager, context.Force, "",
                clock.GetUtcNow());
            fresh.Metadata()["name"] = name;
            JsonObject created = await pipeline.CreateAsync(resource, ns, fresh, context, tracksFields: false)
                .ConfigureAwait(false);
            await AnswerAsync(http, resource, 201, created, context).ConfigureAwait(false);
            return;
        }

        JsonObject updated = await pipeline.UpdateAsync(resource, ns, name, subresource,
            current => ServerSideApply.Apply(resource, current, applied, context.FieldManager, context.Force, subresource,
                clock.GetUtcNow()),
            context, tracksFields: false).ConfigureAwait(false);
        await AnswerAsync(http, resource, 200, updated, context).ConfigureAwait(false);
    }

    private static JsonObject Transform(string type, ResourceDefinition resource, JsonObject current, JsonNode patch,
        RequestContext context)
    {
        switch (type)
        {
            case "application/json-patch+json":
                current = JsonPatch.Apply(current, patch as JsonArray ?? throw ApiErrors.BadRequest("a JSON patch is an array"));
                break;
            case "application/merge-patch+json":
                MergePatch.Apply(current, AsObject(patch));
                break;
            case "application/strategic-merge-patch+json" when resource.IsCustom:
                throw new ApiException(415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types "
                    + "include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
            case "application/strategic-merge-patch+json":
                StrategicMergePatch.Apply(resource.Schema, current, AsObject(patch));
                break;
            default:
                throw new ApiException(415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types "
                    + "include: application/json-patch+json, application/merge-patch+json, "
                    + "application/strategic-merge-patch+json, "
                    + "application/apply-patch+yaml");
        }

        Decode(resource, current, [], context);
        return current;
    }

    private static JsonObject AsObject(JsonNode patch)
    {
        return patch as JsonObject ?? throw ApiErrors.BadRequest("the patch must be an object");
    }

    private static async Task<JsonObject> DecodeAsync(HttpContext http, ResourceDefinition resource, RequestContext context)
    {
        var duplicates = new List<string>();
        JsonObject obj = await RequestBody.ReadObjectAsync(http, duplicates).ConfigureAwait(false);
        Decode(resource, obj, duplicates, context);
        return obj;
    }

    private static void Decode(ResourceDefinition resource, JsonObject obj, List<string> duplicates, RequestContext context)
    {
        string kind = obj.Str("kind") ?? "";
        string version = obj.Str("apiVersion") ?? "";
        if ((kind.Length > 0 && kind != resource.Type.Kind) || (version.Length > 0 && version != resource.Type.ApiVersion))
        {
            throw ApiErrors.BadRequest($"the API version in the data ({version}) does not match the expected API version "
                + $"({resource.Type.ApiVersion}), or the kind {kind} is not {resource.Type.Kind}");
        }

        var decoder = new ObjectDecoder(resource);
        decoder.Enforce(decoder.Decode(obj, duplicates), context);
    }

    private static Task AnswerAsync(HttpContext http, ResourceDefinition resource, int code, JsonObject obj,
        RequestContext context)
    {
        Responses.AddWarnings(http, context);
        return ObjectView.From(http.Request) switch
        {
            { Kind: ViewKind.Table } view => Responses.WriteAsync(http, code,
                TableBuilder.Build(resource, [obj], view.IncludeObject, obj.Str("metadata", "resourceVersion") ?? "", null)),
            { Kind: ViewKind.Metadata } => Responses.WriteAsync(http, code, ObjectView.MetadataOnly(obj)),
            _ => Responses.WriteAsync(http, code, obj),
        };
    }

    private static async Task<DeleteOptions> ReadDeleteOptionsAsync(HttpContext http)
    {
        JsonNode? body = await RequestBody.ReadAsync(http, null).ConfigureAwait(false);
        DeleteOptions options = DeleteOptions.Read(body as JsonObject);
        long? grace = long.TryParse(http.Request.Query["gracePeriodSeconds"], out long seconds) ? seconds
            : options.GracePeriodSeconds;
        string policy = http.Request.Query["propagationPolicy"].ToString();
        return options with { GracePeriodSeconds = grace, PropagationPolicy = policy.Length > 0 ? policy
            : options.PropagationPolicy };
    }
}
