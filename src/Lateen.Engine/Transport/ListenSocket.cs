namespace Lateen.Engine.Transport;

/// <summary>A listening socket of one loop.</summary>
public abstract class ListenSocket
{
    public abstract SocketAddress LocalAddress { get; }

    /// <summary>Stops accepting; open connections live on.</summary>
    public abstract void Close();
}
