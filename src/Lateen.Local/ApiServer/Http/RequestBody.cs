namespace Lateen.Local.ApiServer.Http;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>Reads request bodies: JSON, or YAML for those who send it.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 3 * 1024 * 1024;

    public static async Task<JsonNode?> ReadAsync(HttpContext http, List<string>? duplicates)
    {
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted).ConfigureAwait(false)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxBytes)
            {
                throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBytes}");
            }
        }

        ReadOnlyMemory<byte> bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        if (bytes.IsEmpty)
        {
            return null;
        }

        string contentType = http.Request.ContentType ?? "";
        try
        {
            if (contentType.Contains("vnd.kubernetes.protobuf", StringComparison.Ordinal))
            {
                return ProtobufToJson.Parse(bytes.Span);
            }

            bool yaml = contentType.Contains("yaml", StringComparison.Ordinal) && !LooksLikeJson(bytes.Span);
            return yaml ? YamlToJson.Parse(bytes.Span, duplicates) : JsonParser.Parse(bytes.Span, duplicates);
        }
        catch (JsonException bad)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type JSON): {bad.Message}");
        }
    }

    public static async Task<JsonObject> ReadObjectAsync(HttpContext http, List<string>? duplicates)
    {
        return await ReadAsync(http, duplicates).ConfigureAwait(false) as JsonObject
            ?? throw ApiErrors.BadRequest("the body of the request must be one JSON object");
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return b == (byte)'{';
            }
        }

        return false;
    }
}
