namespace Lateen.Engine.Native;

/// <summary>How one call into OpenSSL ended.</summary>
internal enum OpenSslStatus : byte
{
    Done,
    WantInput,
    Closed,
    Failed,
}
