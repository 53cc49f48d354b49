namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>CONNECT through the shipped proxy: ended there, passed on to another one, refused.</summary>
public sealed class ConnectTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const string Allowed = "upgrade_configs: [{upgrade_type: CONNECT}]\nhttp2_protocol_options: {allow_connect: true}";
    private const string Terminate = "upgrade_configs: [{upgrade_type: CONNECT, connect_config: {}}]";

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task A_tunnel_ends_here_and_its_bytes_reach_the_host_as_plain_TCP(string downstream)
    {
        await using ProxyUnderTest proxy = await StartAsync(backend.Tcp, Terminate);

        string text = await NodeProgram.RunAsync("connect-client.mjs", downstream, $"{proxy.Port()}", "somewhere:443");

        Assert.Equal("""{"status":200,"text":"ping"}""", text.Trim());
        string protocol = downstream == "http2" ? "HTTP/2" : "HTTP/1.1";
        await proxy.LineAsync($"ACCESS {protocol} CONNECT - 200 flags=- details=via_upstream rx=4 tx=4");
    }

    [Theory]
    [InlineData("http1", false)]
    [InlineData("http1", true)]
    [InlineData("http2", false)]
    [InlineData("http2", true)]
    public async Task A_tunnel_is_passed_on_to_the_next_proxy_in_either_version(string downstream, bool overHttp2)
    {
        await using ProxyUnderTest last = await StartAsync(backend.Tcp, Terminate);
        await using ProxyUnderTest first = await StartAsync(last.Port(), "", overHttp2 ? Bootstrap.Http2Upstream("allow_connect: true") : "");

        string text = await NodeProgram.RunAsync("connect-client.mjs", downstream, $"{first.Port()}", "somewhere:443");

        Assert.Equal("""{"status":200,"text":"ping"}""", text.Trim());
        await last.LineAsync($"ACCESS {(overHttp2 ? "HTTP/2" : "HTTP/1.1")} CONNECT - 200");
    }

    [Theory]
    [InlineData("http1")]
    [InlineData("http2")]
    public async Task A_tunnel_that_no_route_wants_is_answered_404(string downstream)
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1, Allowed));

        string text = await NodeProgram.RunAsync("connect-client.mjs", downstream, $"{proxy.Port()}", "somewhere:443");

        Assert.Equal("""{"status":404,"text":""}""", text.Trim());
        await proxy.LineAsync("404 flags=NR details=route_not_found");
    }

    private static Task<ProxyUnderTest> StartAsync(int upstream, string action, string cluster = "") => ProxyUnderTest.StartAsync(
        Bootstrap.Http(upstream, Allowed, cluster, action).Replace("match: {prefix: /}", "match: {connect_matcher: {} }", StringComparison.Ordinal));
}
