namespace Lateen.Engine.Native;

/// <summary>What a completion belongs to; the top byte of its user data.</summary>
internal enum UringOperation : byte
{
    None,
    Wake,
    Accept,
    Connect,

    /// <summary>Bytes on a connection that we opened: answers.</summary>
    Receive,

    /// <summary>Bytes on a connection that we accepted: requests. They come after all else.</summary>
    ReceiveAccepted,

    /// <summary>A send that completes with its submission; only failures and short sends are reported.</summary>
    InlineSend,

    /// <summary>A send that waits until the socket takes bytes.</summary>
    WaitingSend,
    Poll,
    Cancel,
}
