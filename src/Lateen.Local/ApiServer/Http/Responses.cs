namespace Lateen.Local.ApiServer.Http;

using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>Writes objects, failures and warnings.</summary>
internal static class Responses
{
    public const string Json = "application/json";

    public static async Task WriteAsync(HttpContext http, int code, byte[] body, string contentType = Json)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    public static Task WriteAsync(HttpContext http, int code, JsonNode body) => WriteAsync(http, code, JsonParser.ToUtf8(body));

    public static Task WriteTextAsync(HttpContext http, int code, string text)
    {
        return WriteAsync(http, code, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
    }

    public static Task WriteErrorAsync(HttpContext http, ApiException error) => WriteAsync(http, error.Code, StatusOf(error));

    public static JsonObject StatusOf(ApiException error)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure",
            ["message"] = error.Message, ["reason"] = error.Reason,
        };
        if (error.Details is not null)
        {
            status["details"] = error.Details.DeepClone();
        }

        status["code"] = error.Code;
        return status;
    }

    /// <summary>Warning headers (RFC 9110 section 5.5 as Kubernetes uses them: code 299, no agent, quoted text).</summary>
    public static void AddWarnings(HttpContext http, RequestContext context)
    {
        foreach (string warning in context.Warnings)
        {
            http.Response.Headers.Append("Warning", $"299 - \"{Escape(warning)}\"");
        }
    }

    private static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                safe.Append('\\').Append(c);
            }
            else
            {
                // Header values are ASCII here; anything else would make the server refuse its own response.
                safe.Append(c is >= ' ' and <= '~' ? c : c is '\n' or '\r' or '\t' ? ' ' : '?');
            }
        }

        return safe.ToString();
    }
}
