namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;
using Lateen.Engine.Tls;

/// <summary>
/// A byte stream that belongs to one loop. Writes are gathered and handed to the kernel once per turn; what it does not take is
/// kept in native pooled buffers. A connection holds no buffer while it is idle.
/// </summary>
public abstract class Connection
{
    public abstract EventLoop Loop { get; }

    /// <summary>
    /// Who is told about this connection. Replaced when a listener hands the connection to its network filter; bytes that the last
    /// handler left unconsumed are then presented to the new one, in the next turn at the latest.
    /// </summary>
    public abstract ConnectionHandler Handler { get; set; }

    public abstract SocketAddress LocalAddress { get; }

    public abstract SocketAddress RemoteAddress { get; }

    public abstract bool IsOpen { get; }

    /// <summary>Bytes accepted by <see cref="Write"/> that the kernel has not taken yet.</summary>
    public abstract int PendingWriteBytes { get; }

    /// <summary>Above this many pending bytes <see cref="ConnectionHandler.OnWriteBlocked"/> is raised; drained means half of it.</summary>
    public abstract int WriteLimitBytes { get; set; }

    /// <summary>What the handshake agreed upon; null for plaintext and before the handshake is done.</summary>
    public virtual TlsSession? Tls => null;

    public virtual TlsFailure TlsFailure => TlsFailure.None;

    /// <summary>Why TLS failed, as Envoy would log it; empty when it did not.</summary>
    public virtual string TransportFailureReason => "";

    /// <summary>The destination before iptables REDIRECT (SO_ORIGINAL_DST); false where the socket was not redirected.</summary>
    public abstract bool TryGetOriginalDestination(out SocketAddress address);

    /// <summary>Queues bytes; they are copied before this returns. Ignored on a connection that is closing.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    public abstract void PauseReading();

    /// <summary>Reads again; retained bytes are delivered again in the next turn, never inside this call.</summary>
    public abstract void ResumeReading();

    /// <summary>Sends FIN once everything written is out; reading goes on (half-close).</summary>
    public abstract void ShutdownWrite();

    /// <summary>Closes; <see cref="ConnectionHandler.OnClosed"/> is raised exactly once, at the end of the turn.</summary>
    public abstract void Close(CloseMode mode);
}
