namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Plain TCP through the shipped proxy: who speaks first, half-close, resets and what the log says of them.</summary>
public sealed class TcpTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    [Fact]
    public async Task A_server_that_speaks_first_is_heard_before_the_client_has_said_anything()
    {
        await using ProxyUnderTest proxy = await StartAsync(backend.ServerFirst);
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));

        Assert.Equal("hello\n", await client.ReadUntilAsync("\n"));
        await client.SendAsync("and back");
        client.End();

        Assert.Equal("and back", await client.ReadToEndAsync());
        await proxy.LineAsync("flags=- details=- rx=8 tx=14");
    }

    [Fact]
    public async Task A_reset_by_the_host_resets_the_client_and_is_logged_UC()
    {
        await using ProxyUnderTest proxy = await StartAsync(backend.Resetting);
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));

        await client.SendAsync("x");

        Assert.Equal("", await client.ReadToEndAsync());
        await proxy.LineAsync("flags=UC");
    }

    [Fact]
    public async Task A_reset_by_the_client_is_logged_DC()
    {
        await using ProxyUnderTest proxy = await StartAsync(backend.Tcp);
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));
        await client.SendAsync("ping");
        Assert.Equal("ping", System.Text.Encoding.ASCII.GetString(await client.ReadAsync(4)));

        client.Reset();

        await proxy.LineAsync("flags=DC");
    }

    [Fact]
    public async Task A_silent_connection_ends_after_the_idle_timeout()
    {
        await using ProxyUnderTest proxy = await StartAsync(backend.Tcp, "idle_timeout: 0.3s");
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));

        Assert.Equal("", await client.ReadToEndAsync());
        await proxy.StatReachesAsync("tcp.tcp.idle_timeout", 1);
        await proxy.LineAsync("flags=SI");
    }

    [Fact]
    public async Task A_host_that_does_not_listen_is_logged_UF_and_URX()
    {
        await using ProxyUnderTest proxy = await StartAsync(FreePort.Next());
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));

        Assert.Equal("", await client.ReadToEndAsync());
        await proxy.LineAsync("flags=UF,URX");
    }

    private static Task<ProxyUnderTest> StartAsync(int upstream, string options = "") => ProxyUnderTest.StartAsync($"""
        listeners:
        {Bootstrap.TcpListener("tcp", "upstream", options)}
        clusters:
        {Bootstrap.Cluster("upstream", upstream)}
        """);
}
