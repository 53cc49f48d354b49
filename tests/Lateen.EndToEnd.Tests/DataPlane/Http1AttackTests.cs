namespace Lateen.EndToEnd.Tests.DataPlane;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Raw bytes against the shipped proxy, with the limits that an edge has.</summary>
public sealed class Http1AttackTests(Http1AttackTests.Target target) : IClassFixture<Http1AttackTests.Target>
{
    public static TheoryData<string, string, string> Refused => Http1Attacks.Refused;

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task An_attack_gets_its_status_and_the_connection_ends(string name, string status, string request)
    {
        using RawClient client = await RawClient.ConnectAsync(target.Proxy.Port());

        await client.SendAsync(request);
        string answer = await client.ReadToEndAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.True(answer.Split("HTTP/1.1 ").Length == 2, $"{name}: {answer}");
        Assert.Contains("connection: close", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("never", target.Backend.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /headers#top HTTP/1.1", "GET /headers")]
    [InlineData("GET /a/../headers HTTP/1.1", "GET /headers")]
    [InlineData("GET /a/%2e%2e/headers HTTP/1.1", "GET /headers")]
    [InlineData("GET //headers HTTP/1.1", "GET /headers")]
    [InlineData("GET /a\\..\\headers HTTP/1.1", "GET /headers")]
    [InlineData("GET /%68eaders HTTP/1.1", "GET /headers")]
    [InlineData("GET http://other/headers?a=%2e%2e//b HTTP/1.1", "GET /headers?a=%2e%2e//b")]
    public async Task A_path_arrives_in_its_one_form(string requestLine, string seen)
    {
        using RawClient client = await RawClient.ConnectAsync(target.Proxy.Port());

        await client.SendAsync($"{requestLine}\r\nHost: a\r\nConnection: close\r\n\r\n");
        string answer = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains($"REQUEST {seen}\n", target.Backend.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_belongs_to_one_connection_does_not_go_on()
    {
        using RawClient client = await RawClient.ConnectAsync(target.Proxy.Port());

        await client.SendAsync(
            "GET /headers HTTP/1.1\r\nHost: a\r\nConnection: close, x-mine, upgrade, HTTP2-Settings\r\nX-Mine: 1\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nKeep-Alive: timeout=9\r\nProxy-Connection: close\r\nTE: deflate, trailers\r\n\r\n");
        string answer = (await client.ReadToEndAsync()).ToLowerInvariant();

        Assert.StartsWith("http/1.1 200 ", answer, StringComparison.Ordinal);
        foreach (string gone in new[] { "x-mine", "\"upgrade\"", "http2-settings", "keep-alive\":", "proxy-connection", "deflate" })
        {
            Assert.DoesNotContain(gone, answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order_and_an_attack_among_them_ends_it()
    {
        using RawClient client = await RawClient.ConnectAsync(target.Proxy.Port());

        await client.SendAsync(
            "GET /status/201 HTTP/1.1\r\nHost: a\r\n\r\nPOST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            + "GET /status/203 HTTP/1.1\r\nHost: a\r\n\r\nGET /never HTTP/1.1\nHost: a\n\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n");
        string answer = await client.ReadToEndAsync();

        string[] statuses = [.. answer.Split("HTTP/1.1 ").Skip(1).Select(static a => a[..3])];
        Assert.Equal(["201", "200", "203", "400"], statuses);
    }

    [Theory]
    [InlineData("GET /never HTTP/1.1\r\nHost: a\r\nX-Slow: ", "request_header_timeout")]
    [InlineData("POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc", "request_overall_timeout")]
    public async Task A_client_that_takes_for_ever_is_answered_with_408(string start, string details)
    {
        using RawClient client = await RawClient.ConnectAsync(target.Proxy.Port("slow"));
        await client.SendAsync(start);
        Task<string> answer = client.ReadToEndAsync();
        using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await drip.WaitForNextTickAsync(TestContext.Current.CancellationToken) && !answer.IsCompleted)
        {
            await client.SendAsync("x");
        }

        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
        await target.Proxy.LineAsync($"408 flags=- details={details}");
    }

    /// <summary>One proxy and one backend for all attacks.</summary>
    public sealed class Target : IAsyncLifetime
    {
        private ProxyUnderTest? _proxy;

        public EchoBackend Backend { get; } = new();

        public ProxyUnderTest Proxy => _proxy ?? throw new InvalidOperationException("The proxy has not started.");

        public async ValueTask InitializeAsync()
        {
            await Backend.InitializeAsync();
            _proxy = await ProxyUnderTest.StartAsync($"""
                listeners:
                {Bootstrap.HttpListener("http", "upstream", Http1Attacks.Edge)}
                {Bootstrap.HttpListener("slow", "upstream", Http1Attacks.Edge + "request_headers_timeout: 0.7s\nrequest_timeout: 1s\n")}
                clusters:
                {Bootstrap.Cluster("upstream", Backend.Http1)}
                """);
        }

        public async ValueTask DisposeAsync()
        {
            if (_proxy is not null)
            {
                await _proxy.DisposeAsync();
            }

            await Backend.DisposeAsync();
        }
    }
}
