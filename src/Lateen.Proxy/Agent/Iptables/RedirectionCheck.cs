namespace Lateen.Proxy.Agent.Iptables;

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

/// <summary>
/// Proves that the pod's traffic is redirected: a connection to a port of the pod where nobody listens must arrive at the proxy's
/// inbound port. Run as the proxy's user before the application starts, so that no pod runs outside the mesh unnoticed.
/// </summary>
public static class RedirectionCheck
{
    private const int SilentPort = 15002;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns the exit code; 126 as Istio's validation when the rules are missing.</summary>
    public static async Task<int> RunAsync(IptablesOptions options, TextWriter log)
    {
        if (OwnAddress() is not { } address)
        {
            await log.WriteLineAsync("istio-validation: the pod has no address besides loopback").ConfigureAwait(false);
            return 126;
        }

        using var listener = new TcpListener(IPAddress.Any, options.InboundPort);
        listener.Start();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            ValueTask<Socket> accepting = listener.AcceptSocketAsync(limit.Token);
            using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(address, SilentPort), limit.Token).ConfigureAwait(false);
            using Socket arrived = await accepting.ConfigureAwait(false);
            await log.WriteLineAsync("istio-validation: the pod's traffic is redirected").ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            await log.WriteLineAsync(
                $"istio-validation: a connection to {address}:{SilentPort} did not arrive at port {options.InboundPort} ({e.Message}): the pod's "
                + "traffic is not redirected. Is the cni chart's agent ready on this node? Delete the pod once it is.").ConfigureAwait(false);
            return 126;
        }
    }

    private static IPAddress? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(each => each.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
        .SelectMany(each => each.GetIPProperties().UnicastAddresses)
        .Select(each => each.Address).FirstOrDefault(each => each.AddressFamily is AddressFamily.InterNetwork);
}
