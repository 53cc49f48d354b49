namespace Lateen.Local.ApiServer.Http;

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using k8s.Models;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Schemas;
using Microsoft.AspNetCore.Http;

/// <summary>/openapi/v2 and /openapi/v3, made when first asked for and kept until the kinds change.</summary>
internal sealed class OpenApiHandler(ResourceCatalog catalog)
{
    private readonly ConcurrentDictionary<(string Path, int Revision), byte[]> documents = new();
    private readonly Schema objectMeta = catalog.Schemas.For(typeof(V1ObjectMeta));

    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        string path = (http.Request.Path.Value ?? "").Trim('/');
        if (path == "openapi/v2")
        {
            await Version2Async(http).ConfigureAwait(false);
            return true;
        }

        if (path == "openapi/v3")
        {
            await Responses.WriteAsync(http, 200, Index()).ConfigureAwait(false);
            return true;
        }

        if (!path.StartsWith("openapi/v3/", StringComparison.Ordinal))
        {
            return false;
        }

        List<ResourceDefinition> resources = [.. catalog.All.Where(item => PathOf(item) == path["openapi/v3/".Length..])];
        if (resources.Count == 0)
        {
            throw ApiErrors.NoSuchResource();
        }

        byte[] document = Document(path, () => OpenApiWriter.Version3(resources, objectMeta));
        await Responses.WriteAsync(http, 200, document).ConfigureAwait(false);
        return true;
    }

    private Task Version2Async(HttpContext http)
    {
        // Only kubectl 1.27 and 1.28 still ask for it, and only in protobuf; people who want to read it get JSON.
        if (http.Request.Headers.Accept.ToString().Contains("proto-openapi", StringComparison.Ordinal))
        {
            return Responses.WriteAsync(http, 200, OpenApiVersion2.Write(catalog.All), OpenApiVersion2.ContentType);
        }

        return Responses.WriteAsync(http, 200, Document("openapi/v2", () => OpenApiWriter.Version2(catalog.All, objectMeta)));
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (string path in catalog.All.Select(PathOf).Distinct())
        {
            List<ResourceDefinition> resources = [.. catalog.All.Where(item => PathOf(item) == path)];
            byte[] document = Document($"openapi/v3/{path}", () => OpenApiWriter.Version3(resources, objectMeta));
            string hash = Convert.ToHexString(SHA256.HashData(document));
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    private byte[] Document(string path, Func<JsonObject> make)
    {
        int revision = catalog.Revision;
        if (documents.TryGetValue((path, revision), out byte[]? known))
        {
            return known;
        }

        foreach ((string Path, int Revision) old in documents.Keys.Where(key => key.Revision < revision))
        {
            documents.TryRemove(old, out _);
        }

        return documents[(path, revision)] = JsonParser.ToUtf8(make());
    }

    private static string PathOf(ResourceDefinition resource)
    {
        return resource.Type.Group.Length == 0 ? $"api/{resource.Type.Version}" : $"apis/{resource.Type.ApiVersion}";
    }
}
