namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Servers that are killed under load, and proxies and servers that leave in good order.</summary>
public sealed class KillingTests : IAsyncLifetime
{
    private const int Servers = 3;
    private const int PerSecond = 500;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(5);

    // What Istio sets where nobody says otherwise, with its two retries and its choice of another host.
    private const string IstioRetries =
        "timeout: 0s, retry_policy: {retry_on: 'connect-failure,refused-stream,unavailable,cancelled,reset-before-request', num_retries: 2, "
        + "retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts, typed_config: {'@type': "
        + "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}], host_selection_retry_max_attempts: 5}";

    // A GET may be sent again whenever no answer came; nobody may decide that of a POST.
    private const string GetRetries =
        "timeout: 0s, retry_policy: {retry_on: 'connect-failure,refused-stream,reset', num_retries: 2, "
        + "retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts, typed_config: {'@type': "
        + "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}], host_selection_retry_max_attempts: 5}";

    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-orders-").FullName;
    private readonly NodeProgram?[] _servers = new NodeProgram?[Servers];
    private readonly int[] _ports = [.. Enumerable.Range(0, Servers).Select(static _ => FreePort.Next())];

    public async ValueTask InitializeAsync()
    {
        for (int i = 0; i < Servers; i++)
        {
            await StartAsync(i);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProgram? server in _servers)
        {
            await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_killed_every_five_seconds_costs_no_GET_and_doubles_no_POST()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(), concurrency: 2);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        var failed = new List<string>();
        long start = Stopwatch.GetTimestamp();
        Task killing = KillInTurnAsync(start);

        int posts = await LoadAsync(start, async number =>
        {
            bool post = number % 5 == 0;
            using var request = new HttpRequestMessage(
                post ? HttpMethod.Post : HttpMethod.Get, proxy.Url($"/{(post ? "order" : "look")}/{number}"));
            request.Content = post ? new StringContent("one") : null;
            HttpStatusCode status = await StatusAsync(client, request);
            if (!post && status is not HttpStatusCode.OK)
            {
                lock (failed)
                {
                    failed.Add($"GET {number}: {status}");
                }
            }
        });
        await killing;

        Assert.True(failed.Count == 0, $"{failed.Count} failed: {string.Join(", ", failed.Take(10))}\n{proxy.Log[^Math.Min(3000, proxy.Log.Length)..]}");
        string[] delivered = [.. Directory.EnumerateFiles(_folder, "*.log").SelectMany(File.ReadLines)];
        string[] twice = [.. delivered.GroupBy(static id => id).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        Assert.True(twice.Length == 0, $"delivered more than once: {string.Join(", ", twice)}");
        long retries = await proxy.StatAsync("cluster.orders.upstream_rq_retry");
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{posts} requests, {delivered.Length} POSTs delivered once each, {retries} retries"));
        Assert.True(retries > 0, "nothing was killed at the right moment: the test proves nothing");
    }

    [Fact]
    public async Task A_server_that_leaves_in_good_order_loses_nothing()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(), concurrency: 2);
        await LosesNothingAsync(proxy, TimeSpan.FromSeconds(8), async () =>
        {
            for (int i = 0; i < Servers; i++)
            {
                if (_servers[i] is { } server)
                {
                    await server.SignalAsync("TERM");
                    await EndAsync(TimeSpan.FromSeconds(1));
                    await server.DisposeAsync();
                }

                await StartAsync(i);
            }
        });
    }

    [Fact]
    public async Task Listeners_that_drain_lose_nothing_of_what_has_begun()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(), concurrency: 2);
        await LosesNothingAsync(
            proxy, TimeSpan.FromSeconds(4), async () => await proxy.AdminPostAsync("/drain_listeners?graceful"), untilRefused: true);
    }

    [Fact]
    public async Task A_proxy_that_is_told_to_end_loses_nothing_of_what_has_begun()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Resources(), concurrency: 2);
        await LosesNothingAsync(proxy, TimeSpan.FromSeconds(4), async () => await proxy.SignalAsync(), untilRefused: true);
        await proxy.EndAsync();
        Assert.Equal(0, proxy.ExitCode);
    }

    // Every answer that comes is 200, and a request fails only if the proxy did not take its connection any more.
    private static async Task LosesNothingAsync(ProxyUnderTest proxy, TimeSpan length, Func<Task> leave, bool untilRefused = false)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        var lost = new List<string>();
        bool refused = false;
        long start = Stopwatch.GetTimestamp();
        Task leaving = AfterAsync(TimeSpan.FromSeconds(1), leave);
        await LoadAsync(start, length, async number =>
        {
            if (Volatile.Read(ref refused))
            {
                return;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, proxy.Url($"/look/{number}"));
            try
            {
                HttpStatusCode status = await StatusAsync(client, request, throws: true);
                if (status is not HttpStatusCode.OK)
                {
                    lock (lost)
                    {
                        lost.Add($"{number}: {status}");
                    }
                }
            }
            catch (HttpRequestException e) when (untilRefused && e.HttpRequestError is HttpRequestError.ConnectionError)
            {
                Volatile.Write(ref refused, true);
            }
            catch (HttpRequestException e)
            {
                lock (lost)
                {
                    lost.Add($"{number}: {e.HttpRequestError} {e.Message}");
                }
            }
        });
        await leaving;
        Assert.True(lost.Count == 0, $"{lost.Count} lost: {string.Join(", ", lost.Take(10))}");
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpRequestMessage request, bool throws = false)
    {
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            _ = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException) when (!throws)
        {
            return 0;
        }
    }

    private static Task<int> LoadAsync(long start, Func<int, Task> send) => LoadAsync(start, Length, send);

    private static async Task<int> LoadAsync(long start, TimeSpan length, Func<int, Task> send)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var running = new List<Task>();
        int number = 0;
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            for (int due = (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond); number < due; number++)
            {
                running.Add(send(number));
            }
        }

        await Task.WhenAll(running);
        return number;
    }

    private static async Task AfterAsync(TimeSpan time, Func<Task> action)
    {
        await EndAsync(time);
        await action();
    }

    private static async Task EndAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private async Task KillInTurnAsync(long start)
    {
        using var timer = new PeriodicTimer(KillEvery);
        for (int turn = 0; Stopwatch.GetElapsedTime(start) < Length - KillEvery; turn++)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            int victim = turn % Servers;
            await (_servers[victim]?.DisposeAsync() ?? ValueTask.CompletedTask);
            await EndAsync(TimeSpan.FromMilliseconds(500));
            await StartAsync(victim);
        }
    }

    private async Task StartAsync(int server) => _servers[server] = await NodeProgram.StartAsync(
        "orders.mjs", _ports[server].ToString(CultureInfo.InvariantCulture), Path.Combine(_folder, $"{server}.log"));

    private string Resources()
    {
        string endpoints = string.Join(", ", _ports.Select(static port =>
            $"{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}}}"));
        return $$"""
            listeners:
            {{Bootstrap.HttpListener("http", "orders").Replace(
                "[{match: {prefix: /}, route: {cluster: orders } }]",
                "[{match: {prefix: /order}, route: {cluster: orders, " + IstioRetries + "}}, {match: {prefix: /}, route: {cluster: orders, " + GetRetries + "}}]",
                StringComparison.Ordinal)}}
            clusters:
            - name: orders
              type: STATIC
              connect_timeout: 1s
              circuit_breakers: {thresholds: [{max_retries: 1000, max_connections: 4096}]}
              load_assignment: {cluster_name: orders, endpoints: [{lb_endpoints: [{{endpoints}}]}]}
            """;
    }
}
