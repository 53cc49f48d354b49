namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Net;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>TLS towards hosts. The hosts are TLS listeners of the same proxy, which the tests of the other direction vouch for.</summary>
public sealed class TlsUpstreamTests(EchoBackend backend, TlsFiles files) : IClassFixture<EchoBackend>, IClassFixture<TlsFiles>
{
    private const string ServerName = "{san_type: DNS, matcher: {exact: server.test}}";

    [Fact]
    public async Task A_host_with_the_right_name_is_reached_and_its_session_resumed()
    {
        await using ProxyUnderTest proxy = await StartAsync(
            files.Upstream(files.Trust(ServerName), "sni: server.test,") + "\nmax_requests_per_connection: 1");

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy)).Status);
        }

        Assert.Equal(3, await proxy.StatAsync("cluster.upstream.ssl.handshake"));
        Assert.Equal(2, await proxy.StatAsync("cluster.upstream.ssl.session_reused"));
        Assert.Equal(3, await proxy.StatAsync("cluster.upstream.ssl.versions.TLSv1.3"));
    }

    [Theory]
    [InlineData("ca.pem", "{san_type: DNS, matcher: {exact: wrong.test}}", "verify cert failed: verify SAN list", "fail_verify_san")]
    [InlineData("stranger.pem", ServerName, "certificate verification error", "fail_verify_error")]
    public async Task A_host_that_is_not_who_it_should_be_is_503_UF_with_the_reason(
        string authority, string matcher, string reason, string stat)
    {
        await using ProxyUnderTest proxy = await StartAsync(files.Upstream(files.Trust(matcher, authority), "sni: server.test,"));

        (HttpStatusCode status, string body) = await GetAsync(proxy);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("transport failure reason: TLS_error:|", body, StringComparison.Ordinal);
        string line = await proxy.LineAsync("ACCESS HTTP/1.1 GET /status/200 503 flags=UF");
        Assert.Contains("CERTIFICATE_VERIFY_FAILED", line, StringComparison.Ordinal);
        Assert.Contains(reason.Replace(' ', '_'), line, StringComparison.Ordinal);
        Assert.Equal(1, await proxy.StatAsync($"cluster.upstream.ssl.{stat}"));
    }

    [Fact]
    public async Task A_client_certificate_is_shown_where_it_is_asked_for()
    {
        string asked = files.Downstream(common: files.Trust(), more: "require_client_certificate: true");
        await using ProxyUnderTest proxy = await StartAsync(
            files.Upstream(files.Trust(ServerName) + $"tls_certificates: [{files.Pair("client")}]", "sni: server.test,"), asked);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy)).Status);
    }

    [Fact]
    public async Task A_host_that_refuses_our_certificate_after_the_handshake_is_503_with_its_reason()
    {
        string asked = files.Downstream(common: files.Trust(), more: "require_client_certificate: true");
        await using ProxyUnderTest proxy = await StartAsync(files.Upstream(files.Trust(ServerName), "sni: server.test,"), asked);

        (HttpStatusCode status, string body) = await GetAsync(proxy);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("CERTIFICATE_REQUIRED", body, StringComparison.Ordinal);
        await proxy.LineAsync("503 flags=UC details=upstream_reset_before_response_started{connection_termination,TLS_error:|");
    }

    [Fact]
    public async Task Metadata_of_an_endpoint_chooses_its_transport_socket()
    {
        string matches = $$"""
            transport_socket_matches:
            - {name: tlsMode-istio, match: {tlsMode: istio}, transport_socket: {{TlsFiles.UpstreamSocket(files.Trust(), "sni: server.test,")}} }
            - {name: tlsMode-disabled, match: {}, transport_socket: {name: envoy.transport_sockets.raw_buffer} }
            """;
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync($$"""
            listeners:
            {{Bootstrap.HttpListener("http", "upstream")}}
            {{Bootstrap.HttpListener("tls", "echo", chain: files.Downstream())}}
            clusters:
            {{Bootstrap.Cluster("echo", backend.Http1)}}
            - name: upstream
              type: STATIC
              load_assignment:
                cluster_name: upstream
                endpoints:
                - lb_endpoints:
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port.tls} } } }
                    metadata: {filter_metadata: {envoy.transport_socket_match: {tlsMode: istio} } }
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{backend.Http1}} } } }
              {{matches.ReplaceLineEndings("\n  ")}}
            """);

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy)).Status);
        }

        Assert.Equal(1, await proxy.StatAsync("cluster.upstream.ssl.handshake"));
        Assert.Equal(2, await proxy.StatAsync("cluster.upstream.upstream_cx_total"));
    }

    [Fact]
    public async Task The_request_names_the_server_and_connections_of_two_names_are_kept_apart()
    {
        const string auto = "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {'@type': "
            + "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http_protocol_options: {}}, "
            + "upstream_http_protocol_options: {auto_sni: true, auto_san_validation: true}}}";
        string certificates = files.Downstream("server", common: "").Replace(
            $"[{files.Pair("server")}]", $"[{files.Pair("server")}, {files.Pair("other")}]", StringComparison.Ordinal);
        await using ProxyUnderTest proxy = await StartAsync(files.Upstream(files.Trust()) + "\n" + auto, certificates);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy, "server.test")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy, "other.test:8443")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy, "x.wild.test")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy, "server.test")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(proxy, "stranger.test")).Status);

        Assert.Equal(3, await proxy.StatAsync("cluster.upstream.ssl.handshake"));
        Assert.Equal(1, await proxy.StatAsync("cluster.upstream.ssl.fail_verify_san"));
    }

    [Theory]
    [InlineData("alpn_protocols: [h2, http/1.1],", "HTTP/2", "http2")]
    [InlineData("alpn_protocols: [http/1.1],", "HTTP/1.1", "http1")]
    [InlineData("", "HTTP/1.1", "http1")]
    public async Task Both_versions_of_HTTP_are_agreed_upon_by_ALPN(string protocols, string spoken, string stat)
    {
        const string autoConfig = "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {'@type': "
            + "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, auto_config: {http2_protocol_options: {}}}}";
        string offered = files.Downstream(common: protocols);
        await using ProxyUnderTest proxy = await StartAsync(files.Upstream(files.Trust(), "sni: server.test,") + "\n" + autoConfig, offered);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy)).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(proxy)).Status);

        await proxy.LineAsync($"ACCESS {spoken} GET /status/200 200");
        Assert.Equal(1, await proxy.StatAsync($"cluster.upstream.upstream_cx_{stat}_total"));
        Assert.Equal(1, await proxy.StatAsync("cluster.upstream.upstream_cx_total"));
    }

    private async Task<ProxyUnderTest> StartAsync(string cluster, string? chain = null) => await ProxyUnderTest.StartAsync($$"""
        listeners:
        {{Bootstrap.HttpListener("http", "upstream")}}
        {{Bootstrap.HttpListener("tls", "echo", chain: chain ?? files.Downstream())}}
        clusters:
        {{Bootstrap.Cluster("echo", backend.Http1)}}
        - name: upstream
          type: STATIC
          connect_timeout: 2s
          load_assignment:
            cluster_name: upstream
            endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port.tls} } } } }]}]
          {{cluster.ReplaceLineEndings("\n  ")}}
        """);

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(ProxyUnderTest proxy, string host = "a.test")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, proxy.Url("/status/200"));
        request.Headers.Host = host;
        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
