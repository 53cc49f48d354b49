namespace Lateen.Local.Runtime.Containers;

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lateen.Local.Runtime.Pods;

/// <summary>Does one probe or one HTTP hook against a container, as kubelet does: from the node, or with exec inside.</summary>
internal sealed class ProbeCheck(PodSandbox sandbox, JsonObject container, Func<int?> process, ContainerPlan plan)
{
    /// <returns>Null on success, otherwise what went wrong.</returns>
    internal async Task<string?> RunAsync(JsonNode probe, TimeSpan timeout, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            return probe.At("httpGet") is { } get ? await GetAsync(get, limit.Token).ConfigureAwait(false)
                : probe.At("tcpSocket") is { } tcp ? await ConnectAsync(tcp, limit.Token).ConfigureAwait(false)
                : probe.At("exec") is { } exec ? await ExecuteAsync(exec, limit.Token).ConfigureAwait(false)
                : probe.At("grpc") is { } grpc ? await AskHealthAsync(grpc, limit.Token).ConfigureAwait(false)
                : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer within {timeout.TotalSeconds:0.#}s";
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or InvalidOperationException)
        {
            return failure.InnerException is SocketException inner ? inner.Message : failure.Message;
        }
    }

    private async Task<string?> GetAsync(JsonNode get, CancellationToken cancel)
    {
        bool secure = string.Equals(get.Text("scheme"), "HTTPS", StringComparison.OrdinalIgnoreCase);
        int port = Port(get.At("port"));
        using HttpClient client = Client(IsLoopback(get.Text("host")), port);
        string path = get.Text("path") ?? "/";
        using HttpRequestMessage request = new(HttpMethod.Get,
            $"{(secure ? "https" : "http")}://{sandbox.Address}:{port}{(path.StartsWith('/') ? "" : "/")}{path}");
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.34");
        foreach (JsonObject header in get.Items("httpHeaders"))
        {
            request.Headers.TryAddWithoutValidation(header.Text("name") ?? "", header.Text("value"));
        }

        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        int code = (int)answer.StatusCode;
        return code is >= 200 and < 400 ? null : $"HTTP probe failed with statuscode: {code}";
    }

    private async Task<string?> ConnectAsync(JsonNode tcp, CancellationToken cancel)
    {
        using Socket socket = await sandbox.DialAsync(IsLoopback(tcp.Text("host")), Port(tcp.At("port")), cancel).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> ExecuteAsync(JsonNode exec, CancellationToken cancel)
    {
        if (process() is not { } number)
        {
            return "the container is not running";
        }

        (int code, string output) = await ExecCommand.RunAsync(number, plan, [.. exec.Texts("command")], cancel).ConfigureAwait(false);
        return code == 0 ? null : output.Length > 0 ? output.TrimEnd() : $"exit code {code}";
    }

    // grpc.health.v1.Health/Check: one message {1: service} out, one {1: status} back; 1 is SERVING.
    private async Task<string?> AskHealthAsync(JsonNode grpc, CancellationToken cancel)
    {
        int port = Port(grpc.At("port"));
        using HttpClient client = Client(loopback: false, port);
        byte[] service = System.Text.Encoding.UTF8.GetBytes(grpc.Text("service") ?? "");
        byte[] message = service.Length == 0 ? [] : [0x0A, (byte)service.Length, .. service];
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{sandbox.Address}:{port}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        using HttpResponseMessage answer = await client.SendAsync(request, cancel).ConfigureAwait(false);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
        return body is [0, 0, 0, 0, 2, 8, 1] ? null : "service unhealthy";
    }

    private HttpClient Client(bool loopback, int port) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (_, cancel) =>
            new NetworkStream(await sandbox.DialAsync(loopback, port, cancel).ConfigureAwait(false), ownsSocket: true),
        // Kubernetes does not verify certificates of HTTPS probes: they ask for life, not for identity.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
    });

    private static bool IsLoopback(string? host) => host is "localhost" or "127.0.0.1";

    private int Port(JsonNode? port) => (int?)port.Number()
        ?? (int?)container.Items("ports").FirstOrDefault(p => p.Text("name") == port.Text()).Number("containerPort")
        ?? throw new InvalidOperationException($"the container has no port named \"{port}\"");
}
