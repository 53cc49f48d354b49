namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;

/// <summary>What a listener does with TLS.</summary>
public sealed record ListenerTls
{
    [Description("Terminate or Passthrough.")]
    [AllowedValues("Terminate", "Passthrough")]
    public string Mode { get; init; } = "";

    [Description("Secrets with the certificates.")]
    public ValueList<SecretReference> CertificateRefs { get; init; } = [];

    [Description("How client certificates are checked.")]
    public JsonNode? FrontendValidation { get; init; }

    [Description("Settings of the implementation.")]
    public ValueMap<string, string> Options { get; init; } = ValueMap<string, string>.Empty;
}
