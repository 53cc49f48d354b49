namespace Lateen.Engine.Transport;

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
