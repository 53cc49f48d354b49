namespace Lateen.Engine.Http;

/// <summary>Why a stream ended without completing.</summary>
public enum StreamResetReason : byte
{
    LocalReset,
    RemoteReset,
    ConnectFailure,
    ConnectTimeout,
    ConnectionTermination,
    Overflow,
    ProtocolError,
}
