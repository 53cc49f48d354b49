namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Microsoft.AspNetCore.Http;

/// <summary>The form the client asked for in Accept.</summary>
internal sealed record ObjectView(ViewKind Kind, string IncludeObject)
{
    public static ObjectView From(HttpRequest request)
    {
        string include = request.Query["includeObject"].ToString();
        foreach (string? header in request.Headers.Accept)
        {
            foreach (string type in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (!type.StartsWith("application/json", StringComparison.Ordinal) || !type.Contains("g=meta.k8s.io"))
                {
                    // The first form that can be served wins; plain JSON always can.
                    if (type.StartsWith("application/json", StringComparison.Ordinal)
                        || type.StartsWith("*/*", StringComparison.Ordinal))
                    {
                        return new ObjectView(ViewKind.Object, include);
                    }

                    continue;
                }

                if (type.Contains("as=Table"))
                {
                    return new ObjectView(ViewKind.Table, include);
                }

                if (type.Contains("as=PartialObjectMetadata"))
                {
                    return new ObjectView(ViewKind.Metadata, include);
                }
            }
        }

        return new ObjectView(ViewKind.Object, include);
    }

    public static JsonObject MetadataOnly(JsonObject obj)
    {
        return new JsonObject
        {
            ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = obj.At("metadata")?.DeepClone(),
        };
    }
}

/// <summary>Objects in full, as a table, or their metadata alone.</summary>
internal enum ViewKind
{
    Object,
    Table,
    Metadata,
}
