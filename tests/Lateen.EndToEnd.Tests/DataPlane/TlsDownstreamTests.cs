namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Text.RegularExpressions;
using Lateen.EndToEnd.Tests.DataPlane.Harness;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>TLS towards clients, asked for by curl and OpenSSL's own client.</summary>
public sealed class TlsDownstreamTests(EchoBackend backend, TlsFiles files) : IClassFixture<EchoBackend>, IClassFixture<TlsFiles>
{
    private const string Mesh = "{san_type: URI, matcher: {prefix: 'spiffe://cluster.local/'}}";

    [Theory]
    [InlineData("1.2", "1.2", "TLSv1.2")]
    [InlineData("1.3", "1.3", "TLSv1.3")]
    public async Task Curl_speaks_each_version(string min, string max, string expected)
    {
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream(common: "alpn_protocols: [h2, http/1.1],"));

        string first = await CurlAsync(proxy, "/status/200", $"--tlsv{min}", "--tls-max", max, "--http1.1", "-w", "%{http_version}");
        string second = await CurlAsync(proxy, "/status/200", $"--tlsv{min}", "--tls-max", max, "--http2", "-w", "%{http_version}");

        Assert.EndsWith("1.1", first, StringComparison.Ordinal);
        Assert.EndsWith("2", second, StringComparison.Ordinal);
        await proxy.StatReachesAsync($"listener.127.0.0.1_{proxy.Port("http")}.ssl.versions.{expected}", 2);
        Assert.Equal(0, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port("http")}.ssl.connection_error"));
    }

    [Fact]
    public async Task A_client_of_the_mesh_is_let_in_and_its_certificate_is_told_to_the_upstream()
    {
        await using ProxyUnderTest proxy = await StartAsync(Mutual(Mesh), """
            forward_client_cert_details: APPEND_FORWARD
            set_current_client_cert_details: {subject: true, uri: true, dns: true}
            """);

        string headers = await CurlAsync(
            proxy, "/headers", "--cert", files["client.pem"], "--key", files["client.key"], "-H", "x-forwarded-client-cert: By=earlier");

        Assert.Matches(
            new Regex("By=earlier,By=spiffe://cluster.local/ns/a/sa/server;Hash=[0-9a-f]{64};Subject=\\\\\"CN=leaf,O=Lateen\\\\\";"
                + "URI=spiffe://cluster.local/ns/a/sa/client;DNS=client.test"),
            headers);
    }

    [Theory]
    [InlineData("", "PEER_DID_NOT_RETURN_A_CERTIFICATE", "fail_verify_no_cert")]
    [InlineData("foreign", "CERTIFICATE_VERIFY_FAILED", "fail_verify_error")]
    [InlineData("evil", "verify cert failed: verify SAN list", "fail_verify_san")]
    public async Task Whoever_is_not_of_the_mesh_is_refused_and_counted(string certificate, string reason, string stat)
    {
        await using ProxyUnderTest proxy = await StartAsync(Mutual(Mesh), listener: """
            access_log:
            - name: log
              typed_config:
                '@type': type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                log_format: {text_format_source: {inline_string: "REFUSED %DOWNSTREAM_TRANSPORT_FAILURE_REASON%\n"} }
            """);
        string[] shown = certificate.Length == 0 ? [] : ["--cert", files[certificate + ".pem"], "--key", files[certificate + ".key"]];

        Outcome outcome = await RunCurlAsync(proxy, "/refused/" + stat, shown);

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(reason, await proxy.LineAsync("REFUSED"), StringComparison.Ordinal);
        Assert.Equal(1, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port("http")}.ssl.{stat}"));
        Assert.Equal(1, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port("http")}.ssl.connection_error"));
        Assert.DoesNotContain("REQUEST GET /refused/" + stat, backend.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_is_resumed_whichever_worker_gets_the_connection(string version)
    {
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream(), concurrency: 2);
        string session = files["session" + version];
        string address = $"127.0.0.1:{proxy.Port("http")}";
        const string request = "GET /status/200 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        string[] client = ["s_client", "-connect", address, "-servername", "server.test", version, "-ign_eof"];

        await Command.RunAsync("openssl", [.. client, "-sess_out", session], request, limit: TimeSpan.FromSeconds(20));
        for (int i = 0; i < 6; i++)
        {
            Outcome again = await Command.RunAsync("openssl", [.. client, "-sess_in", session], request, limit: TimeSpan.FromSeconds(20));
            Assert.Contains("Reused, TLSv1.", again.Output, StringComparison.Ordinal);
            Assert.Contains("200 OK", again.Output, StringComparison.Ordinal);
        }

        Assert.Equal(6, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port("http")}.ssl.session_reused"));
    }

    [Fact]
    public async Task A_name_chooses_its_chain_exactly_then_by_wildcard_and_another_passes_through_unread()
    {
        const string names = "filter_chain_match: {server_names: [server.test, '*.wild.test']}\n";
        string passthrough = $$"""
            - filter_chain_match: {server_names: ['*.through.test']}
              filters:
              - name: envoy.filters.network.tcp_proxy
                typed_config:
                  '@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                  stat_prefix: through
                  cluster: behind
            """;
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync($$"""
            listeners:
            {{Bootstrap.HttpListener("http", "upstream", chain: names + files.Downstream())}}
              {{passthrough.ReplaceLineEndings("\n  ")}}
              listener_filters:
              - name: tls
                typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}
            {{Bootstrap.HttpListener("behind", "upstream", chain: files.Downstream("other"))}}
            clusters:
            {{Bootstrap.Cluster("upstream", backend.Http1)}}
            - name: behind
              type: STATIC
              load_assignment:
                cluster_name: behind
                endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port.behind} } } } }]}]
            """);

        string exact = await CurlNameAsync(proxy, "server.test");
        string wildcard = await CurlNameAsync(proxy, "deep.wild.test");
        string passed = await CurlNameAsync(proxy, "a.through.test");
        Outcome unknown = await Command.RunAsync("curl", Arguments(proxy, "unknown.test", "/"), limit: TimeSpan.FromSeconds(20));

        Assert.Contains("DNS:server.test", exact, StringComparison.Ordinal);
        Assert.Contains("DNS:server.test", wildcard, StringComparison.Ordinal);
        Assert.Contains("DNS:other.test", passed, StringComparison.Ordinal);
        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Equal(1, await proxy.StatAsync($"listener.127.0.0.1_{proxy.Port("http")}.no_filter_chain_match"));
    }

    [Fact]
    public async Task A_large_body_comes_through_whole_both_ways()
    {
        await using ProxyUnderTest proxy = await StartAsync(files.Downstream());
        string path = files["large"];
        await File.WriteAllBytesAsync(path, new byte[20_000_000], TestContext.Current.CancellationToken);

        string answer = await CurlAsync(proxy, "/sink", "--data-binary", "@" + path);
        string down = await CurlAsync(proxy, "/bytes/20000000", "-o", "/dev/null", "-w", "%{size_download}");

        Assert.Contains("\"bytes\":20000000", answer, StringComparison.Ordinal);
        Assert.Equal("20000000", down);
    }

    [Fact]
    public async Task A_cipher_suite_that_nobody_knows_is_refused_with_its_path()
    {
        string chain = files.Downstream(common: "tls_params: {cipher_suites: [NO-SUCH-SUITE]},");

        string log = await ProxyUnderTest.RefusedAsync(Bootstrap.Http(backend.Http1, chain: chain));

        Assert.Contains("common_tls_context: cipher suites NO-SUCH-SUITE: no cipher match", log, StringComparison.Ordinal);
    }

    private string Mutual(string matcher) =>
        files.Downstream(common: files.Trust(matcher), more: "require_client_certificate: true");

    private async Task<ProxyUnderTest> StartAsync(string chain, string manager = "", string listener = "", int concurrency = 1)
    {
        string resources = Bootstrap.Http(backend.Http1, manager: manager, chain: chain);
        int end = resources.IndexOf("clusters:", StringComparison.Ordinal);
        string more = listener.Length == 0 ? "" : "  " + listener.ReplaceLineEndings("\n  ") + "\n";
        return await ProxyUnderTest.StartAsync(resources[..end] + more + resources[end..], concurrency);
    }

    private Task<Outcome> RunCurlAsync(ProxyUnderTest proxy, string path, params string[] more) =>
        Command.RunAsync("curl", [.. Arguments(proxy, "server.test", path), .. more], limit: TimeSpan.FromSeconds(60));

    private async Task<string> CurlAsync(ProxyUnderTest proxy, string path, params string[] more) =>
        (await RunCurlAsync(proxy, path, more)).Text().TrimEnd();

    // What the certificate says goes to standard error with -v.
    private async Task<string> CurlNameAsync(ProxyUnderTest proxy, string name)
    {
        Outcome shown = await Command.RunAsync(
            "openssl", ["s_client", "-connect", $"127.0.0.1:{proxy.Port("http")}", "-servername", name], "", limit: TimeSpan.FromSeconds(20));
        int start = shown.Output.IndexOf("-----BEGIN", StringComparison.Ordinal);
        Assert.True(start >= 0, shown.Output + shown.Error);
        return (await Command.RunAsync("openssl", ["x509", "-noout", "-text"], shown.Output[start..])).Text();
    }

    private string[] Arguments(ProxyUnderTest proxy, string name, string path) =>
    [
        "-sS", "--fail", "--max-time", "50", "--cacert", files["ca.pem"],
        "--resolve", $"{name}:{proxy.Port("http")}:127.0.0.1", $"https://{name}:{proxy.Port("http")}{path}",
    ];
}
