namespace Lateen.Engine.Transport;

public enum CloseReason : byte
{
    Local,
    RemoteClosed,
    RemoteReset,
    Timeout,
    Error,
}
