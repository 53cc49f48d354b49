namespace Lateen.Engine.Transport;

/// <summary>A listening socket of one loop.</summary>
public abstract class ListenSocket
{
    public abstract SocketAddress LocalAddress { get; }

    /// <summary>Leaves new connections in the kernel's queue until <see cref="Resume"/>; false where that is not possible.</summary>
    public virtual bool TryPause() => false;

    public virtual void Resume()
    {
    }

    /// <summary>Stops accepting; open connections live on.</summary>
    public abstract void Close();
}
