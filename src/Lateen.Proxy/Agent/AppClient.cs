namespace Lateen.Proxy.Agent;

using System.Net.Sockets;

/// <summary>Asks the application: probes on the kubelet's behalf, and its metrics.</summary>
internal sealed class AppClient : IDisposable
{
    private static readonly TimeSpan MetricsTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    public AppClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };

        // As the kubelet: an application's probe certificate is not verified.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        _http = new HttpClient(handler);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The application's status, 200 for a TCP connect that succeeded, 500 for what failed.</summary>
    public async Task<int> ProbeAsync(AppProbe probe, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(probe.Timeout);
        try
        {
            if (probe.Url is null)
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("localhost", probe.TcpPort, timeout.Token).ConfigureAwait(false);
                return 200;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, probe.Url);
            foreach ((string name, string value) in probe.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException or IOException)
        {
            return 500;
        }
    }

    /// <summary>The application's metrics as text; null when it does not answer.</summary>
    public async Task<string?> MetricsAsync(Uri url, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(MetricsTimeout);
        try
        {
            return await _http.GetStringAsync(url, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
