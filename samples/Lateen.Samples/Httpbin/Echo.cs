namespace Lateen.Samples.Httpbin;

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

/// <summary>Describes a request in JSON as go-httpbin does: sorted keys, every header value in an array.</summary>
internal static class Echo
{
    private const string Json = "application/json; charset=utf-8";
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task RequestAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool hasBody = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0
            || !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        string data = "";
        List<KeyValuePair<string, StringValues>> form = [];
        if (hasBody && request.HasFormContentType)
        {
            form.AddRange(await request.ReadFormAsync(context.RequestAborted));
        }
        else if (hasBody)
        {
            using StreamReader reader = new(request.Body, Encoding.UTF8);
            data = await reader.ReadToEndAsync(context.RequestAborted);
        }

        await WriteAsync(context, 200, writer =>
        {
            WriteMap(writer, "args", request.Query);
            WriteMap(writer, "headers", Headers(request));
            writer.WriteString("method", request.Method);
            writer.WriteString("origin", Origin(context));
            writer.WriteString("url", Url(request));
            if (hasBody)
            {
                writer.WriteString("data", data);
                WriteMap(writer, "files", []);
                WriteMap(writer, "form", form);
                WriteJson(writer, data);
            }
        });
    }

    public static Task HeadersAsync(HttpContext context) =>
        WriteAsync(context, 200, writer => WriteMap(writer, "headers", Headers(context.Request)));

    public static Task FieldAsync(HttpContext context, string name, string value) =>
        WriteAsync(context, 200, writer => writer.WriteString(name, value));

    public static Task MapAsync(HttpContext context, IEnumerable<KeyValuePair<string, StringValues>> map) =>
        WriteAsync(context, 200, writer => WriteEntries(writer, map));

    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> content) =>
        SampleServer.WriteAsync(context, status, Json, Serialize(Indented, content));

    /// <summary>The request without its body, and one field in front.</summary>
    public static byte[] Describe(HttpContext context, Action<Utf8JsonWriter> first) => Serialize(Indented, writer =>
    {
        first(writer);
        WriteMap(writer, "headers", Headers(context.Request));
        writer.WriteString("method", context.Request.Method);
        writer.WriteString("origin", Origin(context));
    });

    public static string StreamLine(HttpContext context, int id) => Encoding.UTF8.GetString(Serialize(OneLine, writer =>
    {
        writer.WriteNumber("id", id);
        WriteMap(writer, "args", context.Request.Query);
        WriteMap(writer, "headers", Headers(context.Request));
        writer.WriteString("method", context.Request.Method);
        writer.WriteString("origin", Origin(context));
        writer.WriteString("url", Url(context.Request));
    }));

    /// <summary>The client as the first proxy saw it, else the peer of the connection.</summary>
    public static string Origin(HttpContext context)
    {
        string forwarded = context.Request.Headers["X-Forwarded-For"].ToString();
        if (forwarded.Length > 0)
        {
            return forwarded.Split(',')[0].Trim();
        }

        System.Net.IPAddress? peer = context.Connection.RemoteIpAddress;
        return (peer is { IsIPv4MappedToIPv6: true } ? peer.MapToIPv4() : peer)?.ToString() ?? "";
    }

    private static byte[] Serialize(JsonWriterOptions options, Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, StringValues>> map)
    {
        writer.WriteStartObject(name);
        WriteEntries(writer, map);
        writer.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, StringValues>> map)
    {
        foreach ((string key, StringValues values) in map.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            writer.WriteStartArray(key);
            foreach (string? value in values)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, string data)
    {
        writer.WritePropertyName("json");
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteNullValue();
        }
    }

    private static IEnumerable<KeyValuePair<string, StringValues>> Headers(HttpRequest request) =>
        request.Headers.Select(h => KeyValuePair.Create(Canonical(h.Key), h.Value));

    // Header names as Go writes them: X-Request-Id, whatever the case on the wire.
    private static string Canonical(string name) => string.Create(name.Length, name, (span, text) =>
    {
        bool start = true;
        for (int i = 0; i < text.Length; i++)
        {
            span[i] = start ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]);
            start = text[i] == '-';
        }
    });

    private static string Url(HttpRequest request)
    {
        string scheme = request.Headers["X-Forwarded-Proto"].ToString() is { Length: > 0 } forwarded ? forwarded : request.Scheme;
        return $"{scheme}://{request.Host}{request.Path}{request.QueryString}";
    }
}
