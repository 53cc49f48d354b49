namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Net;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Active health checks as an Envoy file writes them, by the shipped proxy, on real sockets.</summary>
public sealed class HealthCheckTests
{
    [Theory]
    [InlineData("http_health_check: {path: /ready}")]
    [InlineData("tcp_health_check: {send: {text: '474554202f726561647920485454502f312e310d0a0d0a'}, receive: [{text: '20323030'}]}")]
    public async Task A_server_that_is_not_well_gets_no_request_until_it_is(string check)
    {
        bool isWell = false;
        await using var good = new RawUpstream(static request => Answer("good", 200));
        await using var bad = new RawUpstream(request =>
            Answer("bad", request.StartsWith("GET /ready", StringComparison.Ordinal) && !Volatile.Read(ref isWell) ? 503 : 200));
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync($$"""
            listeners:
            {{Bootstrap.HttpListener("http", "upstream")}}
            clusters:
            - name: upstream
              type: STATIC
              health_checks: [{timeout: 1s, interval: 0.2s, no_traffic_interval: 0.2s, healthy_threshold: 1, unhealthy_threshold: 1, {{check}}}]
              load_assignment: {cluster_name: upstream, endpoints: [{lb_endpoints: [{{Endpoint(good.Port)}}, {{Endpoint(bad.Port)}}]}]}
            """);
        using var client = new HttpClient();
        await proxy.StatReachesAsync("cluster.upstream.membership_healthy", 1);
        await proxy.StatReachesAsync("cluster.upstream.health_check.failure", 1);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("good", await client.GetStringAsync(proxy.Url(), TestContext.Current.CancellationToken));
        }

        Assert.Contains($"127.0.0.1:{bad.Port}::health_flags::/failed_active_hc", await proxy.AdminAsync("/clusters"), StringComparison.Ordinal);
        Volatile.Write(ref isWell, true);
        await proxy.StatReachesAsync("cluster.upstream.membership_healthy", 2);
        var seen = new HashSet<string>();
        for (int i = 0; i < 20; i++)
        {
            seen.Add(await client.GetStringAsync(proxy.Url(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(2, seen.Count);
    }

    private static string Endpoint(int port) =>
        $"{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}}}";

    private static string Answer(string body, int status) =>
        $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
