namespace Lateen.Proxy.Config;

/// <summary>Which plaintext requests of a virtual host are redirected to https.</summary>
public enum TlsRequirement : byte
{
    None,

    /// <summary>Those that do not come from inside.</summary>
    ExternalOnly,
    All,
}
