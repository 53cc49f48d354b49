namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>
/// What a request allocates in the shipped proxy once it is warm: routed by header, split by weight, with retries armed, Istio's
/// metrics, and an access log that is written.
/// </summary>
public sealed class AllocationTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const int Warmup = 4_000;
    private const int Requests = 10_240;
    private const int AtATime = 16;
    private const int Windows = 4;

    // The smallest object takes 24 bytes: one in a hundred requests would be seen.
    private const long Allowed = Requests * 24 / 100;

    private const string Types = "type.googleapis.com/";

    [Fact]
    public Task A_warm_HTTP_1_request_allocates_nothing() => NothingAllocatedAsync(HttpVersion.Version11);

    [Fact]
    public Task A_warm_HTTP_2_request_allocates_nothing() => NothingAllocatedAsync(HttpVersion.Version20);

    [Fact]
    public Task A_warm_HTTP_2_request_to_an_HTTP_2_host_allocates_nothing() =>
        NothingAllocatedAsync(HttpVersion.Version20, http2Upstream: true);

    [Fact]
    public async Task A_warm_HTTP_1_request_over_TLS_allocates_nothing()
    {
        using var certificate = new TestCertificate();
        await NothingAllocatedAsync(HttpVersion.Version11, certificate);
    }

    [Fact]
    public async Task A_warm_HTTP_2_request_over_TLS_allocates_nothing()
    {
        using var certificate = new TestCertificate();
        await NothingAllocatedAsync(HttpVersion.Version20, certificate);
    }

    [Fact]
    public async Task The_meter_sees_an_object_in_every_request()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(null, http2Upstream: false));
        long before = await TotalAllocatedAsync(proxy);
        for (int i = 0; i < 100; i++)
        {
            await proxy.AdminAsync("/ready");
        }

        // The admin interface is not the request path and allocates for each answer.
        Assert.True(await TotalAllocatedAsync(proxy) - before > 100 * 24);
    }

    private async Task NothingAllocatedAsync(Version version, TestCertificate? certificate = null, bool http2Upstream = false)
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(certificate, http2Upstream));
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = AtATime, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        using var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{proxy.Port()}"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await SendAsync(client, Warmup);

        // What the run-time does once (a tick of a timer thread, a log file's buffer) may fall into one window, not into all of them.
        var figures = new List<long>();
        while (figures.Count < Windows && figures.All(static f => f > Allowed))
        {
            figures.Add(await WindowAsync(client, proxy));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"bytes in windows of {Requests} requests: {string.Join(", ", figures)}");
        Assert.True(figures.Min() <= Allowed, $"bytes in windows of {Requests} requests: {string.Join(", ", figures)}");
        int sent = Warmup + (Requests * figures.Count);
        Assert.Equal(sent, await proxy.StatAsync("http.http.downstream_rq_2xx"));
        Assert.Equal(sent / 2, await proxy.StatAsync("cluster.jason.upstream_rq_completed"));
        Assert.Contains("istio_requests_total", await proxy.AdminAsync("/stats/prometheus"), StringComparison.Ordinal);
        await proxy.LineAsync("ACCESS");
    }

    // Bytes allocated while requests were sent, less what the same time and the same reading cost without requests.
    private static async Task<long> WindowAsync(HttpClient client, ProxyUnderTest proxy)
    {
        long start = await TotalAllocatedAsync(proxy);
        long clock = Stopwatch.GetTimestamp();
        await SendAsync(client, Requests);
        TimeSpan took = Stopwatch.GetElapsedTime(clock);
        long loaded = await TotalAllocatedAsync(proxy);
        using var quiet = new PeriodicTimer(took);
        await quiet.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        long idle = await TotalAllocatedAsync(proxy);
        return loaded - start - (idle - loaded);
    }

    // Half of them by the route that a header chooses, half by weight.
    private static async Task SendAsync(HttpClient client, int requests)
    {
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            for (int i = 0; i < requests / AtATime; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/status/200")
                {
                    Version = client.DefaultRequestVersion,
                    VersionPolicy = client.DefaultVersionPolicy,
                };
                request.Headers.Add("end-user", i % 2 == 0 ? "jason" : "anna");
                using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }));
    }

    private static async Task<long> TotalAllocatedAsync(ProxyUnderTest proxy)
    {
        using JsonDocument memory = JsonDocument.Parse(await proxy.AdminAsync("/memory"));
        return long.Parse(memory.RootElement.GetProperty("total_allocated").GetString() ?? "", CultureInfo.InvariantCulture);
    }

    private string Resources(TestCertificate? certificate, bool http2Upstream)
    {
        const string retries = "timeout: 15s, retry_policy: {retry_on: \"connect-failure,refused-stream,5xx\", num_retries: 2}";
        int upstream = http2Upstream ? backend.Http2 : backend.Http1;
        string cluster = http2Upstream ? Bootstrap.Http2Upstream() : "";
        string secure = certificate is null
            ? "{name: envoy.transport_sockets.raw_buffer}"
            : $"{{name: tls, typed_config: {{'@type': {Types}envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, "
                + $"common_tls_context: {{alpn_protocols: [h2, http/1.1], tls_certificates: [{{certificate_chain: "
                + $"{{filename: {certificate.CertificateFile}}}, private_key: {{filename: {certificate.KeyFile}}}}}]}}}}}}";
        return $$"""
            listeners:
            - name: http
              traffic_direction: OUTBOUND
              address: {socket_address: {address: 127.0.0.1, port_value: ${port.http} } }
              filter_chains:
              - transport_socket: {{secure}}
                filters:
                - name: http
                  typed_config:
                    '@type': {{Types}}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                    stat_prefix: http
                    access_log:
                    - name: log
                      typed_config:
                        '@type': {{Types}}envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                        log_format:
                          text_format_source:
                            inline_string: "ACCESS %START_TIME% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %DURATION% %UPSTREAM_HOST%\n"
                    http_filters:
                    - {name: istio.stats, typed_config: {'@type': {{Types}}stats.PluginConfig } }
                    - {name: router, typed_config: {'@type': {{Types}}envoy.extensions.filters.http.router.v3.Router } }
                    route_config:
                      name: http
                      virtual_hosts:
                      - name: all
                        domains: ['*']
                        routes:
                        - match: {prefix: /, headers: [{name: end-user, string_match: {exact: jason } }] }
                          route: {cluster: jason, {{retries}} }
                        - match: {prefix: / }
                          route: {weighted_clusters: {clusters: [{name: v1, weight: 90 }, {name: v2, weight: 10 }] }, {{retries}} }
            clusters:
            {{Bootstrap.Cluster("jason", upstream, cluster)}}
            {{Bootstrap.Cluster("v1", upstream, cluster)}}
            {{Bootstrap.Cluster("v2", upstream, cluster)}}
            """;
    }
}
