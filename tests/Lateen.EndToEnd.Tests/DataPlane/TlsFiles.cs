namespace Lateen.EndToEnd.Tests.DataPlane;

using Lateen.Testing;

/// <summary>Certificates in files, as users have them, and the YAML that names them.</summary>
public sealed class TlsFiles : IDisposable
{
    private const string Types = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";

    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-tls-").FullName;

    public TlsFiles()
    {
        Write("ca.pem", Authority.Pem);
        Write("stranger.pem", Stranger.Pem);
        Issue("server", "dns:server.test", "dns:*.wild.test", "uri:spiffe://cluster.local/ns/a/sa/server");
        Issue("other", "dns:other.test");
        Issue("client", "uri:spiffe://cluster.local/ns/a/sa/client", "dns:client.test");
        Issue("evil", "uri:spiffe://cluster.local.evil/ns/a/sa/client");
        TestCertificate foreign = Stranger.Issue("uri:spiffe://cluster.local/ns/a/sa/client");
        Write("foreign.pem", foreign.Chain);
        Write("foreign.key", foreign.Key);
    }

    public TestAuthority Authority { get; } = new();

    public TestAuthority Stranger { get; } = new("a stranger's root");

    public string this[string file] => Path.Combine(_folder, file);

    public TestCertificate Issue(string name, params string[] sans)
    {
        TestCertificate certificate = Authority.Issue(sans);
        Write(name + ".pem", certificate.Chain);
        Write(name + ".key", certificate.Key);
        return certificate;
    }

    /// <summary>A transport_socket field for a filter chain.</summary>
    public string Downstream(string certificate = "server", string common = "", string more = "") => $$"""
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            '@type': {{Types}}.DownstreamTlsContext
            {{more}}
            common_tls_context: { {{common}} tls_certificates: [{{Pair(certificate)}}]}
        """;

    /// <summary>A transport_socket field for a cluster.</summary>
    public string Upstream(string common, string more = "") => "transport_socket: " + UpstreamSocket(common, more);

    public static string UpstreamSocket(string common, string more = "") =>
        $"{{name: envoy.transport_sockets.tls, typed_config: {{'@type': {Types}.UpstreamTlsContext, {more} "
        + $"common_tls_context: {{{common}}}}}}}";

    public string Pair(string name) =>
        $"{{certificate_chain: {{filename: {this[name + ".pem"]}}}, private_key: {{filename: {this[name + ".key"]}}}}}";

    /// <summary>A validation_context with a trusted CA and a matcher of names, such as <c>{san_type: DNS, matcher: {exact: a}}</c>.</summary>
    public string Trust(string matcher = "", string authority = "ca.pem", string revoked = "") =>
        $"validation_context: {{trusted_ca: {{filename: {this[authority]}}}"
        + (revoked.Length > 0 ? $", crl: {{filename: {this[revoked]}}}" : "")
        + (matcher.Length > 0 ? $", match_typed_subject_alt_names: [{matcher}]" : "") + "}, ";

    public void Dispose()
    {
        Authority.Dispose();
        Stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal void Write(string name, byte[] bytes) => File.WriteAllBytes(this[name], bytes);
}
