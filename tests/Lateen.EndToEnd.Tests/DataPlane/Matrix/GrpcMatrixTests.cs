namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>grpc-js on both sides: every kind of call, over plaintext and over TLS.</summary>
public sealed class GrpcMatrixTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_call_comes_back_as_it_would_without_a_proxy(bool overTls)
    {
        using var certificate = new TestCertificate();
        await using NodeProgram server = await NodeProgram.StartAsync("grpc.mjs");
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(
            server.Port("grpc"), cluster: Bootstrap.Http2Upstream(), action: "timeout: 0s, max_grpc_timeout: 0s",
            chain: overTls ? certificate.DownstreamTls : ""));
        string[] trust = overTls ? [certificate.CertificateFile] : [];

        string text = await NodeProgram.RunAsync("grpc-client.mjs", [$"127.0.0.1:{proxy.Port()}", .. trust]);

        JsonNode result = JsonNode.Parse(text) ?? throw new InvalidOperationException(text);
        Assert.Equal("""[0,"hello","unary"]""", result["unary"]?.ToJsonString());
        Assert.Equal("[0,0]", result["large"]?.ToJsonString());
        Assert.Equal("[9,\"ümlaut 100%\"]", $"[{result["failed"]?[0]},\"{result["failed"]?[1]}\"]");
        Assert.Equal("[4,true]", result["deadline"]?.ToJsonString());
        Assert.Equal("1", result["cancelled"]?.ToJsonString());
        Assert.Equal("""[0,"1000000"]""", result["clientStream"]?.ToJsonString());
        Assert.Equal("[0,100,2000000]", result["serverStream"]?.ToJsonString());
        Assert.Equal("""[0,50,"m49"]""", result["bidi"]?.ToJsonString());
        Assert.Equal("1", result["bidiCancelled"]?.ToJsonString());
        Assert.Equal("200", result["many"]?.ToJsonString());
        Assert.Contains("CANCELLED Slow", server.Log, StringComparison.Ordinal);
        Assert.Contains("CANCELLED Bidi", server.Log, StringComparison.Ordinal);
    }
}
