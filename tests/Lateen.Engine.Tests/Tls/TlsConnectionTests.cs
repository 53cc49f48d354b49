namespace Lateen.Engine.Tests.Tls;

using System.Text;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Testing;

public sealed class TlsConnectionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Both_sides_shake_hands_and_exchange_bytes_at_every_truncation_point(int chunkBytes)
    {
        using var pair = new TlsFixture(chunkBytes);

        pair.Connect();

        Assert.True(pair.Client.Connected, pair.ClientConnection?.TransportFailureReason);
        Assert.True(pair.Server.Connected, pair.ServerConnection?.TransportFailureReason);
        pair.Exchange("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
        Assert.Equal("TLSv1.3", pair.ClientConnection?.Tls?.Version);
        Assert.Equal("http/1.1", pair.ServerConnection?.Tls?.ApplicationProtocol);
        Assert.Equal("server.test", pair.ServerConnection?.Tls?.ServerName);
        Assert.Equal("TLS_AES_128_GCM_SHA256", pair.ServerConnection?.Tls?.CipherSuite);
        Assert.Equal("X25519", pair.ServerConnection?.Tls?.Curve);
        Assert.Equal(["server.test"], pair.ClientConnection?.Tls?.PeerCertificate?.DnsSans);
        Assert.True(pair.ClientConnection?.Tls?.IsPeerVerified);
    }

    [Fact]
    public void Tls_1_2_is_spoken_when_it_is_the_newest_that_a_side_allows()
    {
        using var pair = new TlsFixture();
        pair.ClientSettings = pair.ClientSettings with { MaxVersion = TlsVersion.Tls12 };

        pair.Connect().Exchange("a", "b");

        Assert.Equal("TLSv1.2", pair.ServerConnection?.Tls?.Version);
        Assert.Equal("ECDHE-ECDSA-AES128-GCM-SHA256", pair.ServerConnection?.Tls?.CipherSuite);
    }

    [Fact]
    public void Versions_without_overlap_fail_on_both_sides()
    {
        using var pair = new TlsFixture();
        pair.ClientSettings = pair.ClientSettings with { MaxVersion = TlsVersion.Tls12 };
        pair.ServerSettings = pair.ServerSettings with
        {
            Common = pair.ServerSettings.Common with { MinVersion = TlsVersion.Tls13 },
        };

        pair.Connect();

        Assert.Equal(ConnectFailure.TlsFailed, pair.Client.Failure);
        Assert.Equal(ConnectFailure.TlsFailed, pair.Server.Failure);
        Assert.StartsWith("TLS_error:|", pair.ServerConnection?.TransportFailureReason, StringComparison.Ordinal);
        Assert.Contains("UNSUPPORTED_PROTOCOL", pair.ServerConnection?.TransportFailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_an_unknown_authority_is_refused_with_the_reason()
    {
        using var pair = new TlsFixture();
        using var other = new TestAuthority("another root");
        pair.ClientSettings = pair.ClientSettings with { Validation = new TlsValidation { TrustedCa = other.Pem } };

        pair.Connect();

        Assert.Equal(ConnectFailure.TlsFailed, pair.Client.Failure);
        Assert.Equal(TlsFailure.UntrustedCertificate, pair.ClientConnection?.TlsFailure);
        Assert.Contains("CERTIFICATE_VERIFY_FAILED", pair.ClientConnection?.TransportFailureReason, StringComparison.Ordinal);
        Assert.Equal(ConnectFailure.TlsFailed, pair.Server.Failure);
    }

    [Fact]
    public void A_certificate_for_another_name_is_refused()
    {
        using var pair = new TlsFixture();
        TlsClientContext context = TlsFixture.Context(pair.ClientSettings);

        pair.Connect(new TlsClientOptions { Context = context, ServerName = "server.test", ExpectedName = "other.test" });

        Assert.Equal(TlsFailure.WrongName, pair.ClientConnection?.TlsFailure);
        Assert.Contains("verify cert failed: verify SAN list", pair.ClientConnection?.TransportFailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_certificate_is_refused_unless_allowed()
    {
        using var pair = new TlsFixture();
        TlsKeyPair expired = TlsFixture.Pair(pair.Authority.Issue(DateTimeOffset.UtcNow.AddDays(-1), rsa: true, "dns:server.test"));
        pair.ServerSettings = pair.ServerSettings with { Common = pair.ServerSettings.Common with { Certificates = [expired] } };

        pair.Connect();
        Assert.Contains("certificate has expired", pair.ClientConnection?.TransportFailureReason, StringComparison.Ordinal);

        pair.ClientSettings = pair.ClientSettings with
        {
            Validation = new TlsValidation { TrustedCa = pair.Authority.Pem, AllowExpired = true },
        };
        pair.Connect();
        Assert.True(pair.Client.Connected, pair.ClientConnection?.TransportFailureReason);
    }

    [Fact]
    public void A_client_without_a_certificate_is_refused_where_one_is_required()
    {
        using var pair = new TlsFixture();
        RequireClientCertificate(pair);

        pair.Connect();

        Assert.Equal(TlsFailure.NoCertificate, pair.ServerConnection?.TlsFailure);
        Assert.False(pair.Server.Connected);
        Assert.NotNull(pair.Client.Closed);
    }

    [Fact]
    public void A_clients_certificate_is_verified_and_described()
    {
        using var pair = new TlsFixture();
        RequireClientCertificate(pair);
        pair.ClientSettings = pair.ClientSettings with
        {
            Certificates = [TlsFixture.Pair(pair.Authority.Issue("uri:spiffe://cluster.local/ns/a/sa/client"))],
        };

        pair.Connect().Exchange("a", "b");

        TlsCertificate? peer = pair.ServerConnection?.Tls?.PeerCertificate;
        Assert.Equal(["spiffe://cluster.local/ns/a/sa/client"], peer?.UriSans);
        Assert.Equal("CN=leaf,O=Lateen", peer?.Subject);
        Assert.Equal(64, peer?.Sha256Hex.Length);
    }

    [Fact]
    public void A_session_is_resumed_by_its_ticket()
    {
        using var pair = new TlsFixture();
        RequireClientCertificate(pair);
        TlsClientContext context = TlsFixture.Context(pair.ClientSettings with
        {
            Certificates = [TlsFixture.Pair(pair.Authority.Issue("uri:spiffe://cluster.local/ns/a/sa/client"))],
        });
        var options = new TlsClientOptions { Context = context, ServerName = "server.test" };

        pair.Connect(options);
        Assert.False(pair.ServerConnection?.Tls?.IsResumed);
        pair.Connect(options);

        Assert.True(pair.ServerConnection?.Tls?.IsResumed);
        Assert.Equal(["spiffe://cluster.local/ns/a/sa/client"], pair.ServerConnection?.Tls?.PeerCertificate?.UriSans);
        pair.Exchange("a", "b");
    }

    [Fact]
    public void A_ticket_outlives_a_rotated_certificate_but_not_a_changed_trust()
    {
        using var pair = new TlsFixture();
        using var other = new TestAuthority("another root");
        TlsClientContext context = TlsFixture.Context(pair.ClientSettings, maxSessions: 4);
        var options = new TlsClientOptions { Context = context, ServerName = "server.test" };
        pair.Connect(options);

        TlsKeyPair renewed = TlsFixture.Pair(pair.Authority.Issue("dns:server.test", "uri:spiffe://cluster.local/ns/a/sa/server"));
        TlsServerSettings rotated = pair.ServerSettings with
        {
            Common = pair.ServerSettings.Common with { Certificates = [renewed] },
        };
        pair.ServerContext = TlsFixture.Context(rotated);
        pair.Connect(options);
        Assert.True(pair.ServerConnection?.Tls?.IsResumed);

        pair.ServerContext = TlsFixture.Context(rotated with
        {
            Common = rotated.Common with { Validation = new TlsValidation { TrustedCa = other.Pem } },
        });
        pair.Connect(options);
        Assert.True(pair.Client.Connected);
        Assert.False(pair.ServerConnection?.Tls?.IsResumed);
    }

    [Fact]
    public void A_large_transfer_passes_both_ways_through_small_kernel_buffers()
    {
        using var pair = new TlsFixture();
        pair.Network.SocketBufferBytes = 10_000;
        pair.Connect();
        byte[] bytes = new byte[700_000];
        new Random(1).NextBytes(bytes);

        pair.ClientConnection?.Write(bytes);
        pair.ServerConnection?.Write(bytes);
        pair.Network.RunUntilIdle();

        Assert.Equal(Encoding.Latin1.GetString(bytes), pair.Server.Received);
        Assert.Equal(Encoding.Latin1.GetString(bytes), pair.Client.Received);
    }

    [Fact]
    public void A_paused_reader_holds_its_peer_up_and_loses_nothing()
    {
        using var pair = new TlsFixture();
        pair.Network.SocketBufferBytes = 64 * 1024;
        pair.Connect();
        byte[] bytes = new byte[4_000_000];
        new Random(2).NextBytes(bytes);

        pair.ServerConnection?.PauseReading();
        pair.ClientConnection?.Write(bytes);
        pair.Network.RunUntilIdle();
        Assert.Equal(0, pair.Server.ReceivedBytes);
        Assert.True(pair.ClientConnection?.PendingWriteBytes > 3_000_000);

        pair.ServerConnection?.ResumeReading();
        pair.Network.RunUntilIdle();
        Assert.Equal(bytes.Length, pair.Server.ReceivedBytes);
        Assert.Equal(1, pair.Client.Drained);
    }

    [Fact]
    public void A_reader_that_keeps_a_part_gets_it_again_with_the_rest()
    {
        using var pair = new TlsFixture();
        pair.Prepare = static handler => handler.Consume = static length => length / 2;
        pair.Connect();

        pair.ClientConnection?.Write("abcdefgh"u8);
        pair.Network.RunUntilIdle();
        pair.ClientConnection?.Write("ij"u8);
        pair.Network.RunUntilIdle();

        Assert.Equal("abcdefg", pair.Server.Received);
    }

    [Fact]
    public void One_direction_ends_while_the_other_goes_on()
    {
        using var pair = new TlsFixture();
        pair.Connect();

        pair.ClientConnection?.Write("last words"u8);
        pair.ClientConnection?.ShutdownWrite();
        pair.Network.RunUntilIdle();
        Assert.Equal("last words", pair.Server.Received);
        Assert.True(pair.Server.EndOfStream);

        pair.ServerConnection?.Write("answer"u8);
        pair.Network.RunUntilIdle();
        Assert.Equal("answer", pair.Client.Received);

        pair.ServerConnection?.Close(CloseMode.Flush);
        pair.Network.Advance(TimeSpan.FromSeconds(2));
        Assert.True(pair.Client.EndOfStream);
        Assert.Equal(1, pair.Server.ClosedCalls);
        pair.ClientConnection?.Close(CloseMode.NoFlush);
        pair.Network.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, pair.Loop.Stats.OpenSockets);
    }

    [Fact]
    public void What_was_written_before_a_close_arrives()
    {
        using var pair = new TlsFixture();
        pair.Connect();

        pair.ServerConnection?.Write("goodbye"u8);
        pair.ServerConnection?.Close(CloseMode.Flush);
        pair.Network.RunUntilIdle();

        Assert.Equal("goodbye", pair.Client.Received);
        Assert.True(pair.Client.EndOfStream);
    }

    [Fact]
    public void A_handshake_that_takes_too_long_is_given_up()
    {
        using var pair = new TlsFixture();
        var silent = new Support.RawHandler();
        pair.Loop.Connect(TlsFixture.Address, default, silent);
        pair.Network.RunUntilIdle();

        pair.Network.Advance(TimeSpan.FromSeconds(16));

        Assert.Equal(ConnectFailure.TimedOut, pair.Server.Failure);
        Assert.True(silent.EndOfStream);
    }

    [Fact]
    public void Plain_text_to_a_tls_port_fails_the_handshake()
    {
        using var pair = new TlsFixture();
        var plain = new Support.RawHandler { WhenConnected = static c => c.Write("GET / HTTP/1.1\r\n\r\n"u8) };

        pair.Loop.Connect(TlsFixture.Address, default, plain);
        pair.Network.RunUntilIdle();

        Assert.Equal(ConnectFailure.TlsFailed, pair.Server.Failure);
        Assert.Contains("HTTP_REQUEST", pair.ServerConnection?.TransportFailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_certificate_follows_the_name_that_the_client_asks_for()
    {
        using var pair = new TlsFixture();
        pair.ServerSettings = pair.ServerSettings with
        {
            Common = pair.ServerSettings.Common with
            {
                Certificates = [TlsFixture.Pair(pair.Authority.Issue("dns:one.test")), TlsFixture.Pair(pair.Authority.Issue("dns:*.two.test"))],
            },
        };

        pair.Connect(Client(pair, "a.two.test"));
        Assert.Equal(["*.two.test"], pair.ClientConnection?.Tls?.PeerCertificate?.DnsSans);

        pair.Connect(Client(pair, "one.test"));
        Assert.Equal(["one.test"], pair.ClientConnection?.Tls?.PeerCertificate?.DnsSans);

        pair.Connect(Client(pair, "nobody.test", expected: ""));
        Assert.Equal(["one.test"], pair.ClientConnection?.Tls?.PeerCertificate?.DnsSans);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pinned_certificate_is_enough_without_an_authority(bool right)
    {
        using var pair = new TlsFixture();
        pair.Connect();
        byte[] hash = pair.ClientConnection?.Tls?.PeerCertificate?.Sha256 ?? [];
        byte[] key = pair.ClientConnection?.Tls?.PeerCertificate?.PublicKeySha256 ?? [];
        hash[0] ^= (byte)(right ? 0 : 1);

        pair.ClientSettings = pair.ClientSettings with { Validation = new TlsValidation { CertificateHashes = [hash] } };
        pair.Connect();
        Assert.Equal(right ? TlsFailure.None : TlsFailure.WrongHash, pair.ClientConnection?.TlsFailure);

        pair.ClientSettings = pair.ClientSettings with
        {
            Validation = new TlsValidation { CertificateHashes = [new byte[32]], PublicKeyHashes = [key] },
        };
        pair.Connect();
        Assert.True(pair.Client.Connected);
    }

    [Fact]
    public void Spoiled_bytes_end_a_connection_and_nothing_else()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            using var pair = new TlsFixture();
            var random = new Random((int)seed);
            var relay = new SpoilingRelay(pair, random);

            relay.Connect(TlsFixture.Context(pair.ClientSettings));
            pair.ClientConnection?.Write("some bytes"u8);
            pair.Network.Advance(TimeSpan.FromSeconds(20));
            bool ended = pair.Server.Failure is not null || pair.Server.Closed is not null || pair.Server.Received == "some bytes";

            Assert.True(ended || pair.Server.Received.Length == 0, $"seed {seed}: {pair.Server.Received}");
            Assert.Equal(0, pair.Loop.Stats.HandlerFaults);
        }
    }

    [Fact]
    public void A_key_of_another_certificate_is_an_error_in_plain_words()
    {
        using var authority = new TestAuthority();
        TlsKeyPair mixed = TlsFixture.Pair(authority.Issue("dns:a.test")) with { Key = authority.Issue("dns:b.test").Key };
        var settings = new TlsServerSettings { Common = new TlsContextSettings { Certificates = [mixed] } };

        Assert.False(TlsServerContext.TryCreate(settings, out _, out string error));

        Assert.Equal("private_key: does not belong to the certificate", error);
    }

    private static TlsClientOptions Client(TlsFixture pair, string name, string? expected = null) => new()
    {
        Context = TlsFixture.Context(pair.ClientSettings),
        ServerName = name,
        ExpectedName = expected ?? name,
    };

    private static void RequireClientCertificate(TlsFixture pair) => pair.ServerSettings = pair.ServerSettings with
    {
        RequireClientCertificate = true,
        Common = pair.ServerSettings.Common with { Validation = new TlsValidation { TrustedCa = pair.Authority.Pem } },
    };
}
