namespace Lateen.Engine.Native;

/// <summary>What a completion belongs to; the top byte of its user data.</summary>
internal enum UringOperation : byte
{
    None,
    Wake,
    Accept,
    Connect,
    Receive,

    /// <summary>A send that completes with its submission; only failures and short sends are reported.</summary>
    InlineSend,

    /// <summary>A send that waits until the socket takes bytes.</summary>
    WaitingSend,
    Poll,
    Cancel,
}
