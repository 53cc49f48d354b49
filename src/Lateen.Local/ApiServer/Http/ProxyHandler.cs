namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>pods/NAME[:PORT]/proxy and services/[https:]NAME[:PORT]/proxy: plain HTTP through the runtime.</summary>
internal sealed class ProxyHandler(ResourcePipeline pipeline, ServiceDialer dialer, Func<IPodRuntime?> runtime)
{
    private static readonly HashSet<string> HopHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection", "TE", "Trailer", "Authorization", "Host",
    };

    public async Task HandleAsync(HttpContext http, ResourceDefinition resource, ApiRequest request)
    {
        string ns = request.Namespace ?? "";
        (string scheme, string name, string port) = Split(request.Name ?? "");
        if (scheme == "https")
        {
            throw ApiErrors.BadRequest("proxying to https is not served by this cluster; use the plain port");
        }

        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
            ConnectCallback = async (_, cancel) => await DialAsync(resource, ns, name, port, cancel).ConfigureAwait(false),
        };
        using var client = new HttpMessageInvoker(handler);
        using HttpRequestMessage message = Forward(http, request, name);
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(message, http.RequestAborted).ConfigureAwait(false);
            await CopyAsync(answer, http).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new ApiException(503, "ServiceUnavailable", $"error trying to reach service: {failure.Message}");
        }
    }

    private async Task<Stream> DialAsync(ResourceDefinition resource, string ns, string name, string port,
        CancellationToken cancel)
    {
        if (resource.Type.Plural == "services")
        {
            return await dialer.DialNamedAsync(ns, name, port, cancel).ConfigureAwait(false);
        }

        JsonObject pod = pipeline.Get(resource, ns, name).Value;
        int number = int.TryParse(port, CultureInfo.InvariantCulture, out int given) ? given
            : (int)(pod.Arr("spec", "containers").Objects().SelectMany(container => container.Arr("ports").Objects())
                .FirstOrDefault(item => port.Length == 0 || item.Str("name") == port).Int("containerPort") ?? 80);
        IPodRuntime found = runtime() ?? throw new ApiException(503, "ServiceUnavailable", "the runtime is not running");
        return await found.ConnectAsync(ns, name, number, cancel).ConfigureAwait(false);
    }

    private static HttpRequestMessage Forward(HttpContext http, ApiRequest request, string name)
    {
        var message = new HttpRequestMessage(new HttpMethod(http.Request.Method),
            new Uri($"http://{name}/{request.Rest}{http.Request.QueryString}"));
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(http.Request.Body);
        }

        foreach ((string header, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Headers)
        {
            if (!HopHeaders.Contains(header) && !header.StartsWith(':')
                && !message.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext http)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string header, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopHeaders.Contains(header))
            {
                http.Response.Headers[header] = values.ToArray();
            }
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private static (string Scheme, string Name, string Port) Split(string name)
    {
        return name.Split(':') switch
        {
            [string only] => ("http", only, ""),
            [string plain, string port] => ("http", plain, port),
            [string scheme, string plain, string port] => (scheme.Length == 0 ? "http" : scheme, plain, port),
            _ => throw ApiErrors.BadRequest($"invalid proxy target \"{name}\""),
        };
    }
}
