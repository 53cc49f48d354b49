namespace Lateen.EndToEnd.Tests.DataPlane;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>HTTP/1.0 on either side of the shipped proxy, byte for byte.</summary>
public sealed class Http10Tests
{
    private const string Accepting = "http_protocol_options: {accept_http_10: true, default_host_for_http_10: fallback.test}\n";
    private const string Sized = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nfir\r\n2\r\nst\r\n0\r\n\r\n";

    [Fact]
    public async Task A_client_of_1_0_is_told_to_upgrade_unless_it_is_accepted()
    {
        await using var upstream = new RawUpstream(static _ => Sized);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));

        string answer = await ExchangeAsync(proxy, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 426 Upgrade Required\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nconnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task An_accepted_client_gets_its_answer_and_the_end_of_the_connection()
    {
        await using var upstream = new RawUpstream(static _ => Sized);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Accepting));

        string answer = await ExchangeAsync(proxy, "GET / HTTP/1.0\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nconnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
        await proxy.LineAsync("ACCESS HTTP/1.0 GET / 200");
    }

    [Fact]
    public async Task A_client_that_asks_for_keep_alive_keeps_its_connection()
    {
        await using var upstream = new RawUpstream(static _ => Sized);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Accepting));
        using RawClient client = await RawClient.ConnectAsync(proxy.Port());

        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("POST / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n");
            Assert.Contains("\r\nconnection: keep-alive\r\n", await client.ReadUntilAsync("\r\n\r\nok"), StringComparison.Ordinal);
        }

        Assert.Equal(1, await proxy.StatAsync("http.http.downstream_cx_total"));
        Assert.Equal(1, upstream.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: keep-alive\r\n")]
    public async Task A_body_of_unknown_length_is_not_chunked_and_ends_with_the_connection(string connection)
    {
        await using var upstream = new RawUpstream(static _ => Chunked);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Accepting));

        string answer = (await ExchangeAsync(proxy, $"GET / HTTP/1.0\r\nHost: a\r\n{connection}\r\n")).ToLowerInvariant();

        Assert.DoesNotContain("transfer-encoding", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("content-length", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nconnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nfirst", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_goes_on_as_1_1_with_the_host_it_names_or_else_the_default()
    {
        var requests = new List<string>();
        await using var upstream = new RawUpstream(request =>
        {
            requests.Add(request.ToLowerInvariant());
            return Sized;
        });
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Accepting));

        await ExchangeAsync(proxy, "GET /a HTTP/1.0\r\nHost: named.test\r\n\r\n");
        await ExchangeAsync(proxy, "GET /b HTTP/1.0\r\n\r\n");

        Assert.StartsWith("get /a http/1.1\r\n", requests[0], StringComparison.Ordinal);
        Assert.Contains("\r\nhost: named.test\r\n", requests[0], StringComparison.Ordinal);
        Assert.StartsWith("get /b http/1.1\r\n", requests[1], StringComparison.Ordinal);
        Assert.Contains("\r\nhost: fallback.test\r\n", requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nconnection: close\r\n", requests[1], StringComparison.Ordinal);
        Assert.Equal(1, upstream.Connections);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "http_protocol_options: {accept_http_10: true}\n")]
    [InlineData("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Accepting)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", Accepting)]
    public async Task What_is_not_lawful_stays_an_error_where_1_0_is_accepted(string request, string manager)
    {
        await using var upstream = new RawUpstream(static _ => Sized);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, manager));

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await ExchangeAsync(proxy, request), StringComparison.Ordinal);
        Assert.Equal(0, upstream.Connections);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("Connection: keep-alive\r\n", 1)]
    public async Task A_host_that_answers_in_1_0_keeps_its_connection_only_if_it_says_so(string connection, int connections)
    {
        await using var upstream = new RawUpstream(_ => $"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n{connection}\r\nok");
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));
        using RawClient client = await RawClient.ConnectAsync(proxy.Port());

        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            string answer = await client.ReadUntilAsync("\r\n\r\nok");
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\nconnection:", answer, StringComparison.Ordinal);
        }

        Assert.Equal(connections, upstream.Connections);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_hosts_connection_is_chunked_for_a_client_of_1_1()
    {
        await using var upstream = new RawUpstream(static _ => "HTTP/1.0 200 OK\r\n\r\nuntil the end", closes: true);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));
        using RawClient client = await RawClient.ConnectAsync(proxy.Port());

        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            string answer = await client.ReadUntilAsync("0\r\n\r\n");
            Assert.Contains("\r\ntransfer-encoding: chunked\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("until the end", answer, StringComparison.Ordinal);
        }

        Assert.Equal(2, upstream.Connections);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_hosts_connection_ends_so_for_a_client_of_1_0_too()
    {
        await using var upstream = new RawUpstream(static _ => "HTTP/1.0 200 OK\r\n\r\nuntil the end", closes: true);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Accepting));

        string answer = await ExchangeAsync(proxy, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");

        Assert.Contains("\r\nconnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nuntil the end", answer, StringComparison.Ordinal);
    }

    // One request on a connection of its own, and everything until the proxy ends it.
    private static async Task<string> ExchangeAsync(ProxyUnderTest proxy, string request)
    {
        using RawClient client = await RawClient.ConnectAsync(proxy.Port());
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }
}
