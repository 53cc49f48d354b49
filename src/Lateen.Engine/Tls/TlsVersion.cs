namespace Lateen.Engine.Tls;

/// <summary>A version of the TLS protocol; Auto is the default of the side that uses it.</summary>
public enum TlsVersion : byte
{
    Auto,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}
