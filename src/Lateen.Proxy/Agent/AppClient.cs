namespace Lateen.Proxy.Agent;

using System.Net;
using System.Net.Sockets;

/// <summary>Asks the application: probes on the kubelet's behalf, and its metrics.</summary>
internal sealed class AppClient : IDisposable
{
    private static readonly TimeSpan MetricsTimeout = TimeSpan.FromSeconds(10);

    // Istio's rules let connections from this address to the pod's own pass the sidecar (ISTIO_OUTPUT: -o lo -s 127.0.0.6 RETURN);
    // from any other they would end in our inbound listener, and a probe would be counted and authorized as a call.
    private static readonly IPAddress PassthroughSource = new([127, 0, 0, 6]);

    private readonly HttpClient _http;

    public AppClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };

        handler.ConnectCallback = static async (context, cancel) =>
        {
            Socket socket = await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        };

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
                using Socket socket = await ConnectAsync(probe.TcpHost, probe.TcpPort, timeout.Token).ConfigureAwait(false);
                return 200;
            }

            if (probe.GrpcService is { } service)
            {
                return await GrpcHealth.IsServingAsync(_http, probe.Url, service, timeout.Token).ConfigureAwait(false) ? 200 : 500;
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

    private static async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancel)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        IPAddress address = addresses.FirstOrDefault(static a => a.AddressFamily is AddressFamily.InterNetwork)
            ?? addresses.FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (address.AddressFamily is AddressFamily.InterNetwork)
            {
                socket.Bind(new IPEndPoint(PassthroughSource, 0));
            }

            await socket.ConnectAsync(address, port, cancel).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
