namespace Lateen.Engine.Transport;

public enum CloseMode : byte
{
    /// <summary>Write what is pending, send FIN, wait briefly for the peer, then close.</summary>
    Flush,

    /// <summary>Close at once; pending bytes are lost.</summary>
    NoFlush,

    /// <summary>Close with RST (SO_LINGER 0).</summary>
    Reset,
}
