namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Net;

/// <summary>The harness itself: the proxy as shipped, a static bootstrap, and a real server behind it.</summary>
public sealed class HarnessTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    [Fact]
    public async Task The_proxy_runs_from_an_Envoy_bootstrap_file_without_a_control_plane()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        using var client = new HttpClient();

        using HttpResponseMessage answer = await client.GetAsync(proxy.Url("/status/207"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        await proxy.LineAsync("ACCESS HTTP/1.1 GET /status/207 207 flags=- details=via_upstream");
        await proxy.StatReachesAsync("cluster.upstream.upstream_rq_completed", 1);
        Assert.True(proxy.ResidentBytes > 1_000_000 && proxy.OpenFiles > 5);
        await proxy.SignalAsync();
        await proxy.EndAsync();
        Assert.Equal(0, proxy.ExitCode);
    }

    [Fact]
    public async Task A_TCP_listener_passes_bytes_both_ways_and_both_ends()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync($"""
            listeners:
            {Bootstrap.TcpListener("tcp", "upstream")}
            clusters:
            {Bootstrap.Cluster("upstream", backend.Tcp)}
            """);
        using RawClient client = await RawClient.ConnectAsync(proxy.Port("tcp"));

        await client.SendAsync("to and fro");
        client.End();

        Assert.Equal("to and fro", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_bootstrap_with_a_mistake_is_refused_with_its_path()
    {
        string log = await ProxyUnderTest.RefusedAsync(Bootstrap.Http(backend.Http1, manager: "codec_typ: AUTO"));

        Assert.Contains("codec_typ", log, StringComparison.Ordinal);
    }
}
