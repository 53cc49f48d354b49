namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>What a gateway's server does with TLS.</summary>
public sealed record ServerTlsSettings
{
    [Description("On an HTTP server: answer every plaintext request with a redirect to https.")]
    public bool HttpsRedirect { get; init; }

    [Description("PASSTHROUGH hands connections on undecrypted; this version refuses the modes that terminate TLS.")]
    public ServerTlsMode Mode { get; init; }

    [Description("A file. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ServerCertificate { get; init; }

    [Description("A file. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? PrivateKey { get; init; }

    [Description("A file. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CaCertificates { get; init; }

    [Description("A file. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CaCrl { get; init; }

    [Description("A Secret. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CredentialName { get; init; }

    [Description("Secrets. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CredentialNames { get; init; }

    [Description("A Secret. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CaCertCredentialName { get; init; }

    [Description("Certificates. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? TlsCertificates { get; init; }

    [Description("Names of clients. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SubjectAltNames { get; init; }

    [Description("Hashes of clients' keys. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? VerifyCertificateSpki { get; init; }

    [Description("Hashes of clients' certificates. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? VerifyCertificateHash { get; init; }

    [Description("The oldest version of TLS. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MinProtocolVersion { get; init; }

    [Description("The newest version of TLS. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MaxProtocolVersion { get; init; }

    [Description("Cipher suites. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CipherSuites { get; init; }
}
