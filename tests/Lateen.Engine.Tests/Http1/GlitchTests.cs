namespace Lateen.Engine.Tests.Http1;

using Lateen.Engine.Http1;
using Lateen.Engine.Tests.Support;

/// <summary>What is lawful and useless has a budget for each connection.</summary>
public sealed class GlitchTests
{
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly Http1Options Ten = new() { MaxGlitches = 10, GlitchesForgivenPerSecond = 1 };

    public static TheoryData<string> Oddities => new()
    {
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nKeep-Alive: timeout=5\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTE: deflate\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-mine\r\nX-Mine: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        Chunked + "1;x\r\na\r\n0\r\n\r\n",
        Chunked + "1\r\na\r\n0\r\nX-Trailer: 1\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void Beyond_its_budget_the_connection_ends_with_400(string request)
    {
        var fixture = new ServerFixture(Ten);

        for (int i = 0; i < 10; i++)
        {
            fixture.Send(request);
        }

        Assert.Equal(10, fixture.Server.Requests.Count(static r => r.Complete));
        Assert.Empty(fixture.Server.Errors);
        fixture.Send(request);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("400 http1.inbound_glitch_flood", Assert.Single(fixture.Server.Errors));
        Assert.Equal(10, fixture.Server.Requests.Count(static r => r.Complete));
        Assert.Contains("HTTP/1.1 400 ", fixture.Client.Received, StringComparison.Ordinal);
        Assert.True(fixture.Client.EndOfStream);
    }

    [Theory]
    [MemberData(nameof(Oddities))]
    public void Time_forgives_what_was_spent(string request)
    {
        var fixture = new ServerFixture(Ten);

        for (int i = 0; i < 100; i++)
        {
            fixture.Send(request);
            fixture.Network.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, fixture.Server.Requests.Count(static r => r.Complete));
    }

    [Fact]
    public void A_body_of_nothing_but_extensions_is_stopped_in_the_middle()
    {
        var fixture = new ServerFixture(Ten);

        fixture.Send(Chunked + string.Concat(Enumerable.Repeat("1;x\r\na\r\n", 100)));
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.False(fixture.Server.Requests[0].Complete);
        Assert.Equal(10, fixture.Server.Requests[0].Body.Length);
        Assert.Equal("400 http1.inbound_glitch_flood", Assert.Single(fixture.Server.Errors));
    }
}
