namespace Lateen.Proxy.Config;

/// <summary>What becomes of x-forwarded-client-cert (forward_client_cert_details).</summary>
public enum ForwardClientCertificate : byte
{
    Sanitize,
    ForwardOnly,
    AppendForward,
    SanitizeSet,
    AlwaysForwardOnly,
}
