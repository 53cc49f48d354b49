namespace Lateen.Engine.Tests.Http1;

using Lateen.Engine.Tests.Support;

public sealed class HeadTimeoutTests
{
    [Theory]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    public void A_head_that_is_given_up_is_answered_with_408(string start)
    {
        ServerFixture fixture = new ServerFixture().Send(start);

        fixture.Server.Codec.TimeOutHead();
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", fixture.StatusLine, StringComparison.Ordinal);
        Assert.Equal("408 request_header_timeout", Assert.Single(fixture.Server.Errors));
        Assert.True(fixture.Client.EndOfStream);
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")]
    public void Between_heads_there_is_nothing_to_give_up(string sent)
    {
        ServerFixture fixture = new ServerFixture().Send(sent);

        fixture.Server.Codec.TimeOutHead();
        fixture.Network.RunUntilIdle();

        Assert.Equal("", fixture.Client.Received);
        Assert.Empty(fixture.Server.Errors);
    }
}
