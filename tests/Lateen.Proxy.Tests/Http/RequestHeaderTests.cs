namespace Lateen.Proxy.Tests.Http;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class RequestHeaderTests
{
    [Fact]
    public void At_the_edge_the_peers_address_is_appended_and_internal_headers_are_removed()
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { UseRemoteAddress = true });

        proxy.Send("GET /", "x-forwarded-for: 1.2.3.4", "x-envoy-retry-on: 5xx", "x-request-id: theirs", "x-forwarded-proto: https");

        TestRequest request = proxy.Upstream.Requests[0];
        Assert.Equal("1.2.3.4,10.9.9.9", request.Header("x-forwarded-for"));
        Assert.Equal("10.9.9.9", request.Header("x-envoy-external-address"));
        Assert.Null(request.Header("x-envoy-retry-on"));
        Assert.NotEqual("theirs", request.Header("x-request-id"));
        Assert.Equal("http", request.Header("x-forwarded-proto"));
    }

    [Fact]
    public void Inside_the_mesh_forwarded_headers_are_kept_as_they_are()
    {
        using var proxy = new TestProxy();

        proxy.Send("GET /", "x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https");

        TestRequest request = proxy.Upstream.Requests[0];
        Assert.Equal("1.2.3.4", request.Header("x-forwarded-for"));
        Assert.Equal("https", request.Header("x-forwarded-proto"));
    }

    [Fact]
    public void A_timeout_header_is_followed_only_from_internal_clients()
    {
        AddressPrefix[] inside = [new AddressPrefix(TestProxy.Ip("10.0.0.0", 0), 8)];
        using var trusting = new TestProxy(s => s.Manager = m => m with { UseRemoteAddress = true, InternalAddresses = inside });
        using var strict = new TestProxy(s => s.Manager = static m => m with { UseRemoteAddress = true });
        trusting.Upstream.Answer = strict.Upstream.Answer = static _ => null;

        TestCall trusted = trusting.Send("GET /", "x-envoy-upstream-rq-timeout-ms: 100");
        TestCall untrusted = strict.Send("GET /", "x-envoy-upstream-rq-timeout-ms: 100");
        trusting.AdvanceMs(200);
        strict.AdvanceMs(200);

        Assert.Equal(504, trusted.Response.Status);
        Assert.False(untrusted.IsDone);
    }

    [Fact]
    public void A_request_that_breaks_the_protocol_is_answered_with_400_and_DPE()
    {
        using var proxy = new TestProxy();
        TestClient client = proxy.Connect();

        client.Write("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", client.Received, StringComparison.Ordinal);
        Assert.True(client.SawEnd);
        Assert.Equal((400, "DPE"), (proxy.AccessLog.Last.Code, proxy.AccessLog.Last.Flags));
    }
}
