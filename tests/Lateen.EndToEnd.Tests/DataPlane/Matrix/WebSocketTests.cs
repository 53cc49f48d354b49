namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>npm's ws on both sides, by Upgrade of HTTP/1.1 and by extended CONNECT of HTTP/2 (RFC 8441), in every pairing.</summary>
public sealed class WebSocketTests
{
    [Theory]
    [InlineData("http1", "http1", false)]
    [InlineData("http1", "http2", false)]
    [InlineData("http2", "http1", false)]
    [InlineData("http2", "http2", false)]
    [InlineData("http1", "http1", true)]
    [InlineData("http2", "http1", true)]
    [InlineData("http1", "http2", true)]
    [InlineData("http2", "http2", true)]
    public async Task A_WebSocket_carries_messages_pings_and_its_close_and_a_refusal_stays_one(
        string downstream, string upstream, bool overTls)
    {
        using var certificate = new TestCertificate();
        await using NodeProgram server = await NodeProgram.StartAsync("ws.mjs");
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(
            server.Port(upstream), "upgrade_configs: [{upgrade_type: websocket}]\nhttp2_protocol_options: {allow_connect: true}",
            upstream == "http2" ? Bootstrap.Http2Upstream("allow_connect: true") : "",
            chain: overTls ? certificate.DownstreamTls : ""));
        string[] trust = overTls ? [certificate.CertificateFile] : [];
        string scheme = overTls ? "https" : "http";

        string text = await NodeProgram.RunAsync("ws-client.mjs", [downstream, $"{scheme}://localhost:{proxy.Port()}/", .. trust]);
        string refused = await NodeProgram.RunAsync(
            "ws-client.mjs", [downstream, $"{scheme}://localhost:{proxy.Port()}/refuse", .. trust]);

        JsonNode result = JsonNode.Parse(text) ?? throw new InvalidOperationException(text);
        Assert.Equal(downstream == "http2" ? 200 : 101, (int?)result["status"]);
        Assert.Equal("one two ü", string.Join(' ', result["texts"]?.AsArray().Select(static t => (string?)t) ?? []));
        Assert.True((bool?)result["binary"]);
        Assert.Equal("are you there", (string?)result["pong"]);
        Assert.Equal(403, (int?)JsonNode.Parse(refused)?["status"]);
        await proxy.LineAsync(downstream == "http2" ? "ACCESS HTTP/2 GET / 101" : "ACCESS HTTP/1.1 GET / 101");
    }
}
