namespace Lateen.Proxy.Tests.Tls;

using System.Collections.Frozen;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tls;
using Lateen.Testing;

/// <summary>Keys and trust change while connections are open.</summary>
public sealed class RotationTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _successor = new("the next root");
    private readonly TestProxy _proxy;
    private ProxySnapshot _snapshot = ProxySnapshot.Empty;

    public RotationTests()
    {
        var factory = new DownstreamTlsFactory(new DownstreamTlsConfig
        {
            Common = new CommonTlsConfig { CertificateSecrets = ["default"], ValidationSecret = "ROOTCA" },
            RequireClientCertificate = true,
        });
        _proxy = new TestProxy(setup =>
        {
            setup.Listener = listener => listener with
            {
                FilterChains = [listener.FilterChains[0] with { TransportSocket = factory }],
            };
            _snapshot = setup.Build(TestProxy.Ip("10.0.1.1", 9080));
            setup.Snapshot = _snapshot;
        });
    }

    [Fact]
    public void New_handshakes_take_the_new_certificate_and_open_connections_go_on()
    {
        Apply(Certificate(_authority.Issue("dns:a.test")), Trust(_authority));
        TestClient first = Connect(_authority, _authority.Issue("dns:client"));
        Assert.Equal(200, first.Send("GET /1").Response?.Status);

        Apply(Certificate(_authority.Issue("dns:b.test")), Trust(_authority));
        TestClient second = Connect(_authority, _authority.Issue("dns:client"));

        Assert.Equal(200, first.Send("GET /2").Response?.Status);
        Assert.Equal(200, second.Send("GET /3").Response?.Status);
        Assert.Equal(["a.test"], first.Tls?.PeerCertificate?.DnsSans);
        Assert.Equal(["b.test"], second.Tls?.PeerCertificate?.DnsSans);
        Assert.False(first.IsClosed);
    }

    [Fact]
    public void No_request_fails_while_both_change_again_and_again()
    {
        TestCertificate client = _authority.Issue("dns:client");
        Apply(Certificate(_authority.Issue("dns:a.test")), Trust(_authority));
        TestClient lasting = Connect(_authority, client);
        for (int i = 0; i < 50; i++)
        {
            Apply(Certificate(_authority.Issue($"dns:{i}.test")), Trust(_authority, _successor));

            Assert.Equal(200, lasting.Send("GET /lasting").Response?.Status);
            Assert.Equal(200, Connect(_authority, client).Send("GET /new").Response?.Status);
        }

        Assert.Equal(0, _proxy.Counter("listener.10.0.0.1_80.ssl.connection_error"));
    }

    [Fact]
    public void A_root_that_is_gone_lets_nobody_in_any_more()
    {
        TestCertificate old = _authority.Issue("dns:client");
        Apply(Certificate(_authority.Issue("dns:a.test")), Trust(_authority));
        TestClient before = Connect(_authority, old);

        Apply(Certificate(_authority.Issue("dns:a.test")), Trust(_successor));
        TestClient refused = Connect(_authority, old);
        TestClient welcome = Connect(_authority, _successor.Issue("dns:client"));

        Assert.Equal(200, before.Send("GET /").Response?.Status);
        Assert.True(refused.IsClosed || refused.HasFailed);
        Assert.Equal(200, welcome.Send("GET /").Response?.Status);
        Assert.Equal(1, _proxy.Counter("listener.10.0.0.1_80.ssl.fail_verify_error"));
    }

    [Fact]
    public void Without_its_secret_a_chain_refuses_connections_and_never_serves_plaintext()
    {
        Apply(Trust(_authority));

        TestClient early = Connect(_authority, _authority.Issue("dns:client"));
        TestClient plain = _proxy.Connect();
        plain.Send("GET /");

        Assert.True(early.HasFailed);
        Assert.True(plain.IsClosed);
        Assert.Equal("", plain.Received);
        Assert.Equal(0, _proxy.Upstream.RequestCount);
        Assert.Equal(2, _proxy.Counter("listener.10.0.0.1_80.server_ssl_socket_factory.downstream_context_secrets_not_ready"));
    }

    [Fact]
    public void A_secret_of_no_use_leaves_the_one_before_in_place()
    {
        var factory = new DownstreamTlsFactory(new DownstreamTlsConfig { Common = new CommonTlsConfig { CertificateSecrets = ["a"] } });
        TestCertificate good = _authority.Issue("dns:a.test");
        factory.Update(Table(new SecretConfig { Name = "a", Certificate = Pair(good) }));
        TlsServerContext? context = factory.Context;

        factory.Update(Table(new SecretConfig
        {
            Name = "a", Certificate = Pair(good) with { PrivateKey = _authority.Issue("dns:b.test").Key },
        }));

        Assert.NotNull(context);
        Assert.Same(context, factory.Context);
        Assert.Equal("private_key: does not belong to the certificate", factory.LastError);
    }

    [Fact]
    public void An_upstream_whose_secret_is_missing_fails_and_is_never_reached_in_plaintext()
    {
        var factory = new UpstreamTlsFactory(new UpstreamTlsConfig { Common = new CommonTlsConfig { ValidationSecret = "ROOTCA" } });
        using var proxy = new TestProxy(setup => setup.Cluster = cluster => cluster with { TransportSocket = factory });

        TestCall call = proxy.Send("GET /");

        Assert.Equal(503, call.Response?.Status);
        Assert.Contains("Secret is not supplied by SDS", call.Response?.Body, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Upstream.ConnectionCount);
    }

    public void Dispose()
    {
        _proxy.Dispose();
        _authority.Dispose();
        _successor.Dispose();
    }

    private static TlsCertificateConfig Pair(TestCertificate certificate) => new()
    {
        CertificateChain = certificate.Chain, PrivateKey = certificate.Key,
    };

    private static FrozenDictionary<string, SecretConfig> Table(params SecretConfig[] secrets) =>
        secrets.ToFrozenDictionary(static s => s.Name);

    private static SecretConfig Certificate(TestCertificate certificate) => new() { Name = "default", Certificate = Pair(certificate) };

    private static SecretConfig Trust(params TestAuthority[] roots) => new()
    {
        Name = "ROOTCA",
        Validation = new ValidationContextConfig { TrustedCa = [.. roots.SelectMany(static r => r.Pem.Append((byte)'\n'))] },
    };

    private void Apply(params SecretConfig[] secrets) => _proxy.Apply(_snapshot with { Secrets = Table(secrets) });

    private TestClient Connect(TestAuthority root, TestCertificate shown)
    {
        var settings = new TlsContextSettings
        {
            Certificates = [new TlsKeyPair { Chain = shown.Chain, Key = shown.Key }],
            Validation = new TlsValidation { TrustedCa = root.Pem },
        };
        Assert.True(TlsClientContext.TryCreate(settings, 0, out TlsClientContext? context, out string error), error);
        return _proxy.ConnectTls(new TlsClientOptions { Context = context });
    }
}
