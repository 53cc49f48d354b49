namespace Lateen.Kubernetes;

using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

/// <summary>
/// JSON in and out of any Kubernetes API. Authentication, certificates and token renewal are the client library's; objects stay
/// JSON, because the mesh reads a few fields of each and must not lose the others when it writes.
/// </summary>
public sealed class KubeApi : IDisposable
{
    private const int LongestLineBytes = 16 * 1024 * 1024;

    private readonly Kubernetes _client;

    public KubeApi(KubernetesClientConfiguration configuration)
    {
        // A watch has no end; deadlines of single calls come from their cancellation tokens.
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        _client = new Kubernetes(configuration);
    }

    internal IKubernetes Client => _client;

    public Task<JsonObject> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, null, cancel);

    /// <summary>The object, or null where the API answers 404.</summary>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await GetAsync(path, cancel).ConfigureAwait(false);
        }
        catch (KubeApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<JsonObject> CreateAsync(string path, JsonObject body, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, path, body, "application/json", cancel);

    public Task<JsonObject> ReplaceAsync(string path, JsonObject body, CancellationToken cancel) =>
        SendAsync(HttpMethod.Put, path, body, "application/json", cancel);

    public Task<JsonObject> DeleteAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Delete, path, null, null, cancel);

    /// <summary>JSON merge patch (RFC 7386).</summary>
    public Task<JsonObject> MergePatchAsync(string path, JsonNode patch, CancellationToken cancel) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json", cancel);

    /// <summary>Server-side apply; takes over fields that another manager owns.</summary>
    public Task<JsonObject> ApplyAsync(string path, JsonObject body, string manager, CancellationToken cancel) =>
        SendAsync(HttpMethod.Patch, $"{path}?fieldManager={manager}&force=true", body, "application/apply-patch+yaml", cancel);

    /// <summary>The body as text, for what is not JSON (debug endpoints through the proxy subresource).</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancel)
    {
        using HttpResponseMessage response = await RequestAsync(HttpMethod.Get, path, null, null, cancel).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A text stream line by line, such as a pod's log.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using HttpResponseMessage response = await RequestAsync(HttpMethod.Get, path, null, null, cancel).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var reader = new StreamReader(body, Encoding.UTF8);
            while (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>The changes after a version, one event object each, until the server ends the watch.</summary>
    /// <exception cref="KubeApiException">410 Gone when the version is too old: list again.</exception>
    public async IAsyncEnumerable<JsonObject> WatchAsync(
        string path, string resourceVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        string uri = $"{path}{(path.Contains('?') ? '&' : '?')}watch=true&allowWatchBookmarks=true&resourceVersion={resourceVersion}";
        using HttpResponseMessage response = await RequestAsync(HttpMethod.Get, uri, null, null, cancel).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var reader = new StreamReader(body, Encoding.UTF8);
            while (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
            {
                if (line.Length > LongestLineBytes)
                {
                    throw new KubeApiException(
                        HttpStatusCode.RequestEntityTooLarge, $"a watch event of {path} is longer than {LongestLineBytes} bytes");
                }

                if (line.Length > 0 && JsonNode.Parse(line) is JsonObject change)
                {
                    yield return ThrowIfError(change);
                }
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static JsonObject ThrowIfError(JsonObject change)
    {
        if (change["type"]?.ToString() != "ERROR")
        {
            return change;
        }

        var status = change["object"] as JsonObject;
        int code = status?["code"]?.GetValue<int>() ?? 500;
        throw new KubeApiException((HttpStatusCode)code, status?["message"]?.ToString() ?? "the watch failed");
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body, string? type, CancellationToken cancel)
    {
        using HttpResponseMessage response = await RequestAsync(method, path, body, type, cancel).ConfigureAwait(false);
        Stream stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            JsonNode? node = await JsonNode.ParseAsync(stream, cancellationToken: cancel).ConfigureAwait(false);
            return node as JsonObject ?? throw new KubeApiException(HttpStatusCode.BadGateway, $"{path} did not answer with an object");
        }
    }

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, JsonNode? body, string? type, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type ?? "application/json");
        }

        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancel).ConfigureAwait(false);
        }

        HttpResponseMessage response = await _client.HttpClient
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            throw new KubeApiException(response.StatusCode, $"{method} {path}: {Message(text, response.StatusCode)}");
        }
    }

    private static string Message(string body, HttpStatusCode status)
    {
        try
        {
            return JsonNode.Parse(body)?["message"]?.ToString() ?? status.ToString();
        }
        catch (JsonException)
        {
            return body.Length > 0 ? body : status.ToString();
        }
    }
}
