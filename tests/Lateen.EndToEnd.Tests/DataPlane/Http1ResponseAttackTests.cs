namespace Lateen.EndToEnd.Tests.DataPlane;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>An upstream that answers with what no honest server sends.</summary>
public sealed class Http1ResponseAttackTests
{
    public static TheoryData<string, string> Broken => new()
    {
        { "CL and TE", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" },
        { "a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" },
        { "a length with a plus", "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc" },
        { "TE twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "TE unknown", "HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" },
        { "a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n" },
        { "a bare CR in a value", "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n" },
        { "a NUL in a value", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n" },
        { "a fold", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n" },
        { "no status line", "hello\r\n\r\n" },
        { "a status beyond 599", "HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n" },
        { "HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" },
        { "101 that nobody asked for", "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" },
        { "204 with a body", "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc" },
        { "endless 1xx", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early\r\n\r\n", 20)) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
        { "too many headers", $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Range(0, 110).Select(static i => $"X{i}: y\r\n"))}\r\n" },
        { "headers too long", $"HTTP/1.1 200 OK\r\nX: {new string('x', 90 * 1024)}\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task A_broken_response_is_502_and_its_connection_is_not_used_again(string name, string response)
    {
        await using var upstream = new RawUpstream(request => request.Contains("/good", StringComparison.Ordinal)
            ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood" : response);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));
        using RawClient client = await RawClient.ConnectAsync(proxy.Port());

        await client.SendAsync("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n");
        string answer = await client.ReadUntilAsync("\r\n\r\n");
        while (answer.Contains("HTTP/1.1 103", StringComparison.Ordinal))
        {
            answer = await client.ReadUntilAsync("\r\n\r\n");
        }

        Assert.True(answer.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal), $"{name}: {answer}");
        await proxy.LineAsync("502 flags=UPE");
        using var good = new HttpClient();
        Assert.Equal("good", await good.GetStringAsync(proxy.Url("/good"), TestContext.Current.CancellationToken));
        Assert.Equal(2, upstream.Connections);
    }

    [Fact]
    public async Task What_follows_a_response_poisons_no_other()
    {
        await using var upstream = new RawUpstream(static request => request.Contains("/first", StringComparison.Ordinal)
            ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));
        using var client = new HttpClient();

        Assert.Equal("first", await client.GetStringAsync(proxy.Url("/first"), TestContext.Current.CancellationToken));
        Assert.Equal("good", await client.GetStringAsync(proxy.Url("/second"), TestContext.Current.CancellationToken));
        Assert.Equal(2, upstream.Connections);
    }
}
