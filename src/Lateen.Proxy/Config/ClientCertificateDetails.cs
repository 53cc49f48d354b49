namespace Lateen.Proxy.Config;

/// <summary>What x-forwarded-client-cert tells of the client's certificate, besides By and Hash (set_current_client_cert_details).</summary>
[Flags]
public enum ClientCertificateDetails : byte
{
    None = 0,
    Certificate = 1,
    Subject = 2,
    Uri = 4,
    Dns = 8,
}
