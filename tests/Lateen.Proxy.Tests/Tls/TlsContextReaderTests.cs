namespace Lateen.Proxy.Tests.Tls;

using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Engine.Tls;
using Lateen.Proxy.Tls;
using Lateen.Proxy.Xds.Reading;
using Lateen.Testing;
using Combined = Envoy.Extensions.TransportSockets.Tls.V3.CommonTlsContext.Types.CombinedCertificateValidationContext;
using San = Envoy.Extensions.TransportSockets.Tls.V3.SubjectAltNameMatcher;

public sealed class TlsContextReaderTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public void What_Istio_sends_for_a_sidecars_inbound_side_is_read_and_waits_for_its_secrets()
    {
        var combined = new Combined
        {
            DefaultValidationContext = new CertificateValidationContext
            {
                MatchTypedSubjectAltNames =
                {
                    new San { SanType = San.Types.SanType.Uri, Matcher = new Envoy.Type.Matcher.V3.StringMatcher { Prefix = "spiffe://a/" } },
                },
            },
            ValidationContextSdsSecretConfig = Sds("ROOTCA"),
        };
        var message = new DownstreamTlsContext
        {
            RequireClientCertificate = true,
            CommonTlsContext = new CommonTlsContext
            {
                TlsParams = new TlsParameters
                {
                    TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
                    TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
                    CipherSuites = { "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384" },
                },
                AlpnProtocols = { "istio-peer-exchange", "h2", "http/1.1" },
                TlsCertificateSdsSecretConfigs = { Sds("default") },
                CombinedValidationContext = combined,
            },
        };

        DownstreamTlsFactory factory = Downstream(message);

        Assert.Equal(["default", "ROOTCA"], factory.SecretNames);
        Assert.False(factory.IsReady);
        Assert.True(factory.Config.RequireClientCertificate);
        Assert.Equal(TlsVersion.Tls12, factory.Config.Common.Parameters.MinVersion);
        Assert.Equal("spiffe://a/", factory.Config.Common.Validation?.SubjectAltNames[0].Matcher.Value);
        Assert.Equal(TimeSpan.FromSeconds(15), factory.Config.HandshakeTimeout);
    }

    [Fact]
    public void Two_sockets_that_read_alike_are_equal_so_that_hosts_keep_their_connections()
    {
        var message = new UpstreamTlsContext { Sni = "a.test" };

        Assert.Equal(Upstream(message), Upstream(message.Clone()));
        Assert.NotEqual(Upstream(message), Upstream(new UpstreamTlsContext { Sni = "b.test" }));
    }

    [Fact]
    public void A_certificate_in_place_is_tried_at_once()
    {
        DownstreamTlsContext message = WithCertificate(_authority.Issue("dns:a.test"));

        Assert.True(Downstream(message).IsReady);

        message.CommonTlsContext.TlsCertificates[0].PrivateKey = Inline(_authority.Issue("dns:b.test").KeyText);
        Refuses(message, "path.common_tls_context: private_key: does not belong to the certificate");
    }

    [Fact]
    public void What_cannot_be_done_is_refused_by_its_path()
    {
        Refuses(
            new DownstreamTlsContext(),
            "path.common_tls_context.tls_certificates: a server needs at least one certificate, or the secret of one");

        DownstreamTlsContext stapled = WithCertificate(_authority.Issue("dns:a.test"));
        stapled.OcspStaplePolicy = DownstreamTlsContext.Types.OcspStaplePolicy.MustStaple;
        Refuses(stapled, "path.ocsp_staple_policy: only LENIENT_STAPLING is supported");

        DownstreamTlsContext backwards = WithCertificate(_authority.Issue("dns:a.test"));
        backwards.CommonTlsContext.TlsParams = new TlsParameters
        {
            TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
        };
        Refuses(backwards, "path.common_tls_context: the minimum version Tls13 is above the maximum Tls12");

        DownstreamTlsContext curves = WithCertificate(_authority.Issue("dns:a.test"));
        curves.CommonTlsContext.TlsParams = new TlsParameters { EcdhCurves = { "X25519", "NOPE" } };
        Refuses(curves, "path.common_tls_context: ECDH curves X25519:NOPE are not supported");

        DownstreamTlsContext keys = WithCertificate(_authority.Issue("dns:a.test"));
        keys.SessionTicketKeys = new TlsSessionTicketKeys { Keys = { Inline("short") } };
        Refuses(keys, "path.session_ticket_keys.keys[0]: must be exactly 80 bytes");
    }

    [Fact]
    public void Upstream_options_that_would_weaken_are_refused()
    {
        var context = new ReadContext(new ExtensionCatalog());
        TlsContextReader.ReadUpstream(new UpstreamTlsContext { AllowRenegotiation = true, AutoSniSanValidation = true }, "path", context);

        Assert.Equal(
            [
                "path.allow_renegotiation: is not supported; a peer that needs TLS renegotiation cannot be reached",
                "path.auto_sni_san_validation: needs a trusted_ca: without one, no certificate is verified",
            ],
            context.Errors);
    }

    [Fact]
    public void Names_without_an_authority_to_vouch_for_them_are_refused()
    {
        DownstreamTlsContext message = WithCertificate(_authority.Issue("dns:a.test"));
        message.CommonTlsContext.ValidationContext = new CertificateValidationContext
        {
            MatchTypedSubjectAltNames =
            {
                new San { SanType = San.Types.SanType.Dns, Matcher = new Envoy.Type.Matcher.V3.StringMatcher { Exact = "a" } },
            },
        };

        Refuses(
            message,
            "path.common_tls_context: match_typed_subject_alt_names needs a trusted_ca: without one, anybody can claim any name");
    }

    [Fact]
    public void A_transport_socket_that_nobody_knows_is_refused_by_its_type()
    {
        var socket = new TransportSocket
        {
            Name = "envoy.transport_sockets.quic",
            TypedConfig = new Any { TypeUrl = "type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport" },
        };
        var context = new ReadContext(new ExtensionCatalog());

        TransportSocketReader.ReadDownstream(socket, null, "path", context);

        Assert.StartsWith(
            "path: unknown extension type URL type.googleapis.com/envoy.extensions.transport_sockets.quic.v3", Assert.Single(context.Errors),
            StringComparison.Ordinal);
    }

    public void Dispose() => _authority.Dispose();

    private static DownstreamTlsFactory Downstream(DownstreamTlsContext message)
    {
        var context = new ReadContext(new ExtensionCatalog());
        DownstreamTlsFactory factory = TlsContextReader.ReadDownstream(message, null, "path", context);
        Assert.Empty(context.Errors);
        return factory;
    }

    private static UpstreamTlsFactory Upstream(UpstreamTlsContext message)
    {
        var context = new ReadContext(new ExtensionCatalog());
        UpstreamTlsFactory factory = TlsContextReader.ReadUpstream(message, "path", context);
        Assert.Empty(context.Errors);
        return factory;
    }

    private static void Refuses(DownstreamTlsContext message, string error)
    {
        var context = new ReadContext(new ExtensionCatalog());
        TlsContextReader.ReadDownstream(message, null, "path", context);
        Assert.Equal([error], context.Errors);
    }

    private static DownstreamTlsContext WithCertificate(TestCertificate certificate) => new()
    {
        CommonTlsContext = new CommonTlsContext
        {
            TlsCertificates =
            {
                new Envoy.Extensions.TransportSockets.Tls.V3.TlsCertificate { CertificateChain = Inline(certificate.ChainText), PrivateKey = Inline(certificate.KeyText) },
            },
        },
    };

    private static SdsSecretConfig Sds(string name) => new() { Name = name, SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource() } };

    private static DataSource Inline(string text) => new() { InlineString = text };
}
