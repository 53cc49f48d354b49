namespace Lateen.Engine.Transport;

/// <summary>Decides who handles an accepted connection.</summary>
public abstract class AcceptHandler
{
    /// <summary>Called once per accepted connection; sets <see cref="Connection.Handler"/> or closes it.</summary>
    public abstract void OnAccepted(Connection connection);
}
