namespace Lateen.Proxy.Xds;

using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Lateen.Api.Schema;
using Lateen.Api.Text;
using Lateen.Proxy.Bootstrap;

/// <summary>Reads a file of resources: a DiscoveryResponse in YAML, JSON or, named .pb, in binary form.</summary>
internal static class DiscoveryFile
{
    public static (DiscoveryResponse? Response, string Error) Read(byte[] content, string file)
    {
        try
        {
            if (file.EndsWith(".pb", StringComparison.Ordinal))
            {
                return (DiscoveryResponse.Parser.ParseFrom(content), "");
            }

            string text = System.Text.Encoding.UTF8.GetString(content);
            ReadResult read = text.AsSpan().TrimStart().StartsWith("{") ? StrictJson.Read(text, file) : StrictYaml.Read(text, file);
            if (!read.Ok || read.Documents.Count != 1)
            {
                return (null, read.Ok ? "must hold exactly one document" : string.Join("; ", read.Findings));
            }

            SourceDocument document = read.Documents[0];
            MessageSchema schema = ProtoSchema.Find("envoy.service.discovery.v3.DiscoveryResponse")
                ?? throw new InvalidOperationException("the discovery response is in no .proto file");
            IReadOnlyList<Finding> findings = document.Locate(MessageJsonCheck.Check(document.Root, schema));
            if (findings.Count > 0)
            {
                return (null, string.Join("; ", findings));
            }

            return (DiscoveryResponse.Parser.ParseFrom(ProtoJson.Encode(document.Root ?? new JsonObject(), schema)), "");
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException or InvalidOperationException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>The files that a secret names: when they change, the secret has changed.</summary>
    public static IEnumerable<string> FilesOf(Secret secret)
    {
        TlsCertificate? certificate = secret.TlsCertificate;
        CertificateValidationContext? trust = secret.ValidationContext;
        DataSource?[] sources =
        [
            certificate?.CertificateChain, certificate?.PrivateKey, certificate?.Password, certificate?.OcspStaple, trust?.TrustedCa, trust?.Crl,
            secret.GenericSecret?.Secret, .. secret.SessionTicketKeys?.Keys ?? [],
        ];
        return sources.Where(static s => s is { SpecifierCase: DataSource.SpecifierOneofCase.Filename })
            .Select(static s => s?.Filename ?? "").Distinct(StringComparer.Ordinal);
    }
}
