namespace Lateen.Proxy.Config;

/// <summary>Kinds of names in a certificate (RFC 5280 section 4.2.1.6).</summary>
public enum SubjectAltNameKind : byte
{
    Any,
    Email,
    Dns,
    Uri,
    IpAddress,
}
