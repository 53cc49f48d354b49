namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Net;
using System.Net.Sockets;

/// <summary>
/// Waits on a thread of its own by poll(2) on a socket that nothing comes to. Events and timers of the run-time take locks of the whole process,
/// and a thread that holds one may be waiting for a processor.
/// </summary>
internal sealed class Pause : IDisposable
{
    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Pause() => _silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>A millisecond, or a little longer.</summary>
    public void Wait() => _silent.Poll(1_000, SelectMode.SelectRead);

    public void Dispose() => _silent.Dispose();
}
