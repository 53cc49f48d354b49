namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;

/// <summary>
/// A byte stream that belongs to one loop. Writes are gathered and handed to the kernel once per turn; what it does not take is
/// kept in native pooled buffers. A connection holds no buffer while it is idle.
/// </summary>
public abstract class Connection
{
    public abstract EventLoop Loop { get; }

    /// <summary>Who is told about this connection. Replaced when a listener hands the connection to its network filter.</summary>
    public abstract ConnectionHandler Handler { get; set; }

    public abstract SocketAddress LocalAddress { get; }

    public abstract SocketAddress RemoteAddress { get; }

    public abstract bool IsOpen { get; }

    /// <summary>Bytes accepted by <see cref="Write"/> that the kernel has not taken yet.</summary>
    public abstract int PendingWriteBytes { get; }

    /// <summary>Above this many pending bytes <see cref="ConnectionHandler.OnWriteBlocked"/> is raised; drained means half of it.</summary>
    public abstract int WriteLimitBytes { get; set; }

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

public enum CloseMode : byte
{
    /// <summary>Write what is pending, send FIN, wait briefly for the peer, then close.</summary>
    Flush,

    /// <summary>Close at once; pending bytes are lost.</summary>
    NoFlush,

    /// <summary>Close with RST (SO_LINGER 0).</summary>
    Reset,
}

public enum CloseReason : byte
{
    Local,
    RemoteClosed,
    RemoteReset,
    Timeout,
    Error,
}

public enum ConnectFailure : byte
{
    Refused,
    Unreachable,
    TimedOut,
    NoLocalAddress,
    OutOfDescriptors,
    Other,
}

/// <summary>Receives what happens on a connection; always called on its loop.</summary>
public abstract class ConnectionHandler
{
    /// <summary>A connect succeeded. Not raised for accepted connections.</summary>
    public virtual void OnConnected(Connection connection)
    {
    }

    /// <summary>A connect failed; the connection is closed already and <see cref="OnClosed"/> is not raised.</summary>
    public virtual void OnConnectFailed(Connection connection, ConnectFailure failure)
    {
    }

    /// <summary>
    /// Bytes arrived. Returns how many were consumed; the rest is retained and presented again in front of the next bytes, so a
    /// codec never copies a partial head. The span is valid only inside the call.
    /// </summary>
    public abstract int OnData(Connection connection, ReadOnlySpan<byte> data);

    /// <summary>The peer sent FIN; writing is still possible.</summary>
    public abstract void OnEndOfStream(Connection connection);

    public abstract void OnClosed(Connection connection, CloseReason reason);

    /// <summary>More than <see cref="Connection.WriteLimitBytes"/> are pending: stop producing.</summary>
    public virtual void OnWriteBlocked(Connection connection)
    {
    }

    public virtual void OnWriteDrained(Connection connection)
    {
    }
}

/// <summary>How an upstream connection is opened.</summary>
public readonly record struct ConnectOptions
{
    /// <summary>0 means no limit.</summary>
    public long TimeoutMicros { get; init; }

    /// <summary>Source address, for example 127.0.0.6 towards the application; the default value leaves it to the kernel.</summary>
    public SocketAddress BindAddress { get; init; }

    /// <summary>SO_MARK; 0 means none.</summary>
    public int Mark { get; init; }
}

/// <summary>How a listening socket is opened.</summary>
public readonly record struct ListenOptions
{
    public bool ReusePort { get; init; }

    public bool Transparent { get; init; }

    /// <summary>Kernel backlog; 0 means 4096.</summary>
    public int Backlog { get; init; }

    /// <summary>A listening descriptor opened by somebody else (LATEEN_LISTEN_FDS); 0 means open one.</summary>
    public int AdoptDescriptor { get; init; }
}

/// <summary>A listening socket of one loop.</summary>
public abstract class ListenSocket
{
    public abstract SocketAddress LocalAddress { get; }

    /// <summary>Stops accepting; open connections live on.</summary>
    public abstract void Close();
}

/// <summary>Decides who handles an accepted connection.</summary>
public abstract class AcceptHandler
{
    /// <summary>Called once per accepted connection; sets <see cref="Connection.Handler"/> or closes it.</summary>
    public abstract void OnAccepted(Connection connection);
}
