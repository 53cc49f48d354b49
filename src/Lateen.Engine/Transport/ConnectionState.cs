namespace Lateen.Engine.Transport;

/// <summary>Where a connection is in its life.</summary>
internal enum ConnectionState : byte
{
    Connecting,
    Open,

    /// <summary>Closed for its handler at the end of this turn; what was written is still sent.</summary>
    Flushing,
    Closing,

    /// <summary>Without a handler; waits for the peer's FIN.</summary>
    Lingering,
    Released,
}
