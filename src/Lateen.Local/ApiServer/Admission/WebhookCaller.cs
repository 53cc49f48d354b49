namespace Lateen.Local.ApiServer.Admission;

using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>One HTTPS call to a webhook, its certificate checked against the configuration's caBundle.</summary>
internal sealed class WebhookCaller
{
    private const int MaxAnswerBytes = 10 * 1024 * 1024;

    /// <summary>Connects to a Service (namespace, name, port).</summary>
    public Func<string, string, int, CancellationToken, Task<Stream>>? Dialer { get; set; }

    public async Task<JsonObject> CallAsync(JsonObject hook, JsonObject review, CancellationToken cancel)
    {
        long seconds = Math.Clamp(hook.Int("timeoutSeconds") ?? 10, 1, 30);
        Uri target = Target(hook, seconds);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(TimeSpan.FromSeconds(seconds));
        using SocketsHttpHandler handler = Handler(hook, target);
        using var client = new HttpMessageInvoker(handler);
        using var message = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new ByteArrayContent(JsonParser.ToUtf8(review)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        // Kubernetes always writes the port; Uri hides 443.
        string shown = target.IsDefaultPort && hook.Obj("clientConfig", "service") is not null
            ? $"https://{target.Host}:443{target.PathAndQuery}" : target.ToString();
        string prefix = $"failed to call webhook: Post \"{shown}\": ";
        try
        {
            using HttpResponseMessage answer = await client.SendAsync(message, timeout.Token).ConfigureAwait(false);
            byte[] body = await ReadAsync(answer, timeout.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? JsonParser.ParseObject(body)
                : throw new WebhookException($"failed to call webhook: the server rejected our request "
                    + $"({(int)answer.StatusCode}): "
                    + Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(200, body.Length))).Trim());
        }
        catch (HttpRequestException failure)
        {
            throw new WebhookException(prefix + Innermost(failure), failure);
        }
        catch (IOException failure)
        {
            throw new WebhookException(prefix + Innermost(failure), failure);
        }
        catch (JsonException failure)
        {
            throw new WebhookException($"failed to call webhook: the answer is not an AdmissionReview: {failure.Message}",
                failure);
        }
        catch (OperationCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new WebhookException($"{prefix}context deadline exceeded", failure);
        }
    }

    private SocketsHttpHandler Handler(JsonObject hook, Uri target)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = target.Host,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    Trusted(hook.Str("clientConfig", "caBundle"), certificate, chain, errors),
            },
        };
        if (hook.Obj("clientConfig", "service") is { } service)
        {
            handler.ConnectCallback = async (_, token) =>
            {
                Func<string, string, int, CancellationToken, Task<Stream>> dial = Dialer
                    ?? throw new IOException("services cannot be reached yet");
                return await dial(service.Str("namespace") ?? "", service.Str("name") ?? "", (int)(service.Int("port") ?? 443),
                    token)
                    .ConfigureAwait(false);
            };
        }

        return handler;
    }

    private static Uri Target(JsonObject hook, long seconds)
    {
        JsonObject config = hook.Obj("clientConfig") ?? [];
        if (config.Obj("service") is not { } service)
        {
            string url = config.Str("url") ?? "";
            return new Uri($"{url}{(url.Contains('?') ? '&' : '?')}timeout={seconds}s");
        }

        string path = service.Str("path") ?? "/";
        return new Uri($"https://{service.Str("name")}.{service.Str("namespace")}.svc:{service.Int("port") ?? 443}"
            + $"{(path.StartsWith('/') ? "" : "/")}{path}?timeout={seconds}s");
    }

    private static bool Trusted(string? bundle, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        if (string.IsNullOrEmpty(bundle))
        {
            return errors == SslPolicyErrors.None;
        }

        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (X509ChainElement element in chain?.ChainElements.Skip(1) ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return own.Build(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancel).ConfigureAwait(false)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxAnswerBytes)
            {
                throw new IOException("the answer is too large");
            }
        }

        return buffer.ToArray();
    }

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message;
    }
}
