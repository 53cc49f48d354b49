namespace Lateen.Engine.Transport;

public enum ConnectFailure : byte
{
    Refused,
    Unreachable,
    TimedOut,
    NoLocalAddress,
    OutOfDescriptors,
    Other,
}
