namespace Lateen.Engine.Transport;

/// <summary>How one transfer between a connection and its transport ended.</summary>
internal enum TransferStatus : byte
{
    Done,
    WouldBlock,
    EndOfStream,
    Reset,
    TimedOut,
    Failed,
}
