namespace Lateen.Engine.Transport;

using Lateen.Engine.Loop;

/// <summary>Calls a connection's handler; an exception costs that connection and goes no further.</summary>
internal static class HandlerCalls
{
    public static int Data(LoopCore loop, BufferedConnection connection, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return connection.Handler.OnData(connection, bytes);
        }
        catch (Exception fault)
        {
            loop.OnHandlerFault(connection, fault);
            return bytes.Length;
        }
    }

    public static void Connected(LoopCore loop, BufferedConnection connection)
    {
        try
        {
            connection.Handler.OnConnected(connection);
        }
        catch (Exception fault)
        {
            loop.OnHandlerFault(connection, fault);
        }
    }

    public static void EndOfStream(LoopCore loop, BufferedConnection connection)
    {
        try
        {
            connection.Handler.OnEndOfStream(connection);
        }
        catch (Exception fault)
        {
            loop.OnHandlerFault(connection, fault);
        }
    }

    public static void WriteDrained(LoopCore loop, BufferedConnection connection)
    {
        try
        {
            connection.Handler.OnWriteDrained(connection);
        }
        catch (Exception fault)
        {
            loop.OnHandlerFault(connection, fault);
        }
    }

    /// <summary>The last call; a failed connect has no other.</summary>
    public static void Closed(
        LoopCore loop, BufferedConnection connection, ConnectionHandler last, CloseReason reason, ConnectFailure? failure)
    {
        try
        {
            if (failure is { } why)
            {
                last.OnConnectFailed(connection, why);
            }
            else
            {
                last.OnClosed(connection, reason);
            }
        }
        catch (Exception fault)
        {
            loop.OnHandlerFault(connection, fault);
        }
    }
}
