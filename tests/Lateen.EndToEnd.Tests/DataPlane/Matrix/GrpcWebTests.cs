namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>gRPC-Web as browsers speak it (fetch, HTTP/1.1) in front of a gRPC server.</summary>
public sealed class GrpcWebTests
{
    private const string Filter =
        "{name: envoy.filters.http.grpc_web, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb}}";

    [Theory]
    [InlineData("binary", "application/grpc-web+proto")]
    [InlineData("text", "application/grpc-web-text+proto")]
    public async Task A_call_in_gRPC_Web_reaches_a_gRPC_server_and_its_status_comes_in_the_body(string kind, string type)
    {
        await using NodeProgram server = await NodeProgram.StartAsync("grpc.mjs");
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(
            Bootstrap.Http(server.Port("grpc"), cluster: Bootstrap.Http2Upstream(), filters: Filter));

        string text = await NodeProgram.RunAsync("grpc-web-client.mjs", kind, proxy.Url(""));

        JsonNode result = JsonNode.Parse(text) ?? throw new InvalidOperationException(text);
        JsonNode? ok = result["ok"];
        Assert.Equal(200, (int?)ok?["http"]);
        Assert.StartsWith(type, (string?)ok?["type"], StringComparison.Ordinal);
        Assert.Equal("hello, wörld", (string?)ok?["message"]);
        Assert.Contains("grpc-status:0\r\n", (string?)ok?["trailers"], StringComparison.Ordinal);
        Assert.Contains("x-trailer:unary\r\n", (string?)ok?["trailers"], StringComparison.Ordinal);
        Assert.Contains("9", (string?)result["failed"]?["trailers"], StringComparison.Ordinal);
    }
}
