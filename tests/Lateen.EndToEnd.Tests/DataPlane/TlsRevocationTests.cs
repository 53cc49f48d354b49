namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Lateen.EndToEnd.Tests.DataPlane.Harness;
using Lateen.EndToEnd.Tests.Harness;
using TestCertificate = Lateen.Testing.TestCertificate;

/// <summary>Certificates that count no more: revocation lists on either side, and OCSP answers that the proxy staples to its own.</summary>
public sealed partial class TlsRevocationTests(EchoBackend backend, TlsFiles files) : IClassFixture<EchoBackend>, IClassFixture<TlsFiles>
{
    [Fact]
    public async Task A_client_on_the_list_is_refused_and_counted_and_another_is_let_in()
    {
        TestCertificate bad = files.Issue("bad", "dns:bad.test");
        files.Write("revoked.crl", files.Authority.Revoke(bad));
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream(
            common: files.Trust(revoked: "revoked.crl"), more: "require_client_certificate: true"));

        Outcome good = await CurlAsync(proxy, "client");
        Outcome refused = await CurlAsync(proxy, "bad");

        Assert.Equal(0, good.ExitCode);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal(1, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port()}.ssl.fail_verify_error"));
    }

    [Fact]
    public async Task A_list_of_another_authority_vouches_for_nobody()
    {
        files.Write("stranger.crl", files.Stranger.Revoke());
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream(
            common: files.Trust(revoked: "stranger.crl"), more: "require_client_certificate: true"));

        Assert.NotEqual(0, (await CurlAsync(proxy, "client")).ExitCode);
    }

    [Fact]
    public async Task A_list_that_is_none_is_refused_with_the_configuration()
    {
        files.Write("none.crl", "no list"u8.ToArray());

        string log = await ProxyUnderTest.RefusedAsync(
            Bootstrap.Http(backend.Http1, chain: files.Downstream(common: files.Trust(revoked: "none.crl"))));

        Assert.Contains("crl: no certificate revocation list in PEM format", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_on_the_list_is_503_with_the_reason()
    {
        TestCertificate gone = files.Issue("gone", "dns:gone.test");
        files.Write("hosts.crl", files.Authority.Revoke(gone));
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync($$"""
            listeners:
            {{Bootstrap.HttpListener("http", "upstream")}}
            {{Bootstrap.HttpListener("tls", "echo", chain: files.Downstream("gone"))}}
            clusters:
            {{Bootstrap.Cluster("echo", backend.Http1)}}
            - name: upstream
              type: STATIC
              load_assignment:
                cluster_name: upstream
                endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port.tls} } } } }]}]
              {{files.Upstream(files.Trust(revoked: "hosts.crl"), "sni: gone.test,")}}
            """);
        using var client = new HttpClient();

        using HttpResponseMessage answer = await client.GetAsync(proxy.Url("/status/200"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("CERTIFICATE_VERIFY_FAILED", await proxy.LineAsync("503 flags=UF"), StringComparison.Ordinal);
        Assert.Equal(1, await proxy.StatAsync("cluster.upstream.ssl.fail_verify_error"));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task An_answer_of_the_authority_is_stapled_for_a_client_that_asks(string version)
    {
        await AskAuthorityAsync("server", "stapled.der");
        await using ProxyUnderTest proxy = await StartAsync(Stapling("stapled.der"));

        string asked = await ClientAsync(proxy, version, "-status");
        string unasked = await ClientAsync(proxy, version);

        Assert.Contains("OCSP Response Status: successful (0x0)", asked, StringComparison.Ordinal);
        Assert.Contains("Cert Status: good", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("OCSP", unasked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_stapled()
    {
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream());

        Assert.Contains("OCSP response: no response sent", await ClientAsync(proxy, "-tls1_3", "-status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20200101000000Z")]
    [InlineData(null)]
    public async Task An_answer_whose_time_is_over_or_unknown_is_left_out_and_the_certificate_serves_on(string? until)
    {
        await AskAuthorityAsync("server", "stale.der", isLimited: until is not null);
        if (until is not null)
        {
            // The responder has no way back in time. The proxy looks at the date, not at the signature.
            string answer = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(files["stale.der"], TestContext.Current.CancellationToken));
            int at = Time().Matches(answer)[^1].Index;
            files.Write("stale.der", Encoding.Latin1.GetBytes(answer[..at] + until + answer[(at + until.Length)..]));
        }

        await using ProxyUnderTest proxy = await StartAsync(Stapling("stale.der"));

        string asked = await ClientAsync(proxy, "-tls1_3", "-status");

        Assert.Contains("OCSP response: no response sent", asked, StringComparison.Ordinal);
        Assert.Contains("Verify return code: 0 (ok)", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "is not about this certificate")]
    [InlineData("", "is no OCSP response")]
    public async Task An_answer_that_cannot_be_meant_is_refused_with_the_configuration(string about, string problem)
    {
        string file = about.Length == 0 ? "none.der" : "other.der";
        if (about.Length == 0)
        {
            files.Write(file, "no answer"u8.ToArray());
        }
        else
        {
            await AskAuthorityAsync(about, file);
        }

        string log = await ProxyUnderTest.RefusedAsync(Bootstrap.Http(backend.Http1, chain: Stapling(file)));

        Assert.Contains("ocsp_staple", log, StringComparison.Ordinal);
        Assert.Contains(problem, log, StringComparison.Ordinal);
    }

    private string Stapling(string file)
    {
        string pair = files.Pair("server");
        return files.Downstream().Replace(pair, pair[..^1] + $", ocsp_staple: {{filename: {files[file]}}}}}", StringComparison.Ordinal);
    }

    // The authority's answer about a certificate, as openssl's responder gives it from an index of what was issued.
    private async Task AskAuthorityAsync(string name, string file, bool isLimited = true)
    {
        files.Write("ca.key", files.Authority.KeyPem);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(files[name + ".pem"]));
        string index = file + ".index";
        files.Write(index, Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"V\t{certificate.NotAfter.ToUniversalTime():yyMMddHHmmss}Z\t\t{certificate.SerialNumber}\tunknown\t/CN=leaf\n")));
        string[] validity = isLimited ? ["-ndays", "1"] : [];
        Outcome asked = await Command.RunAsync("openssl",
        [
            "ocsp", "-index", files[index], "-rsigner", files["ca.pem"], "-rkey", files["ca.key"], "-CA", files["ca.pem"],
            "-issuer", files["ca.pem"], "-cert", files[name + ".pem"], "-respout", files[file], "-noverify", .. validity,
        ]);
        Assert.True(File.Exists(files[file]), asked.Output + asked.Error);
    }

    private Task<ProxyUnderTest> StartAsync(string chain) => ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1, chain: chain));

    private Task<Outcome> CurlAsync(ProxyUnderTest proxy, string certificate) => Command.RunAsync("curl",
    [
        "-sS", "--fail", "--max-time", "20", "--cacert", files["ca.pem"], "--cert", files[certificate + ".pem"],
        "--key", files[certificate + ".key"], "--resolve", $"server.test:{proxy.Port()}:127.0.0.1",
        $"https://server.test:{proxy.Port()}/status/200",
    ]);

    private async Task<string> ClientAsync(ProxyUnderTest proxy, string version, params string[] more)
    {
        string[] arguments =
        [
            "s_client", "-connect", $"127.0.0.1:{proxy.Port()}", "-servername", "server.test", "-CAfile", files["ca.pem"], version, .. more,
        ];
        return (await Command.RunAsync("openssl", arguments, "", limit: TimeSpan.FromSeconds(20))).Output;
    }

    // GeneralizedTime; the last one of an answer says until when it counts.
    [GeneratedRegex(@"\d{14}Z")]
    private static partial Regex Time();
}
