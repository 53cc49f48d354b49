namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>What ten thousand attacks cost the shipped proxy, and what another client notices of them.</summary>
public sealed class Http1AttackCostTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const int Attacks = 10_000;
    private const int PerSecond = 1_000;

    // An attack is refused by the codec, so it may cost what an ordinary request on a connection of its own costs, and no more.
    private const double MostCostRatio = 1.5;

    // Below this, a percentile of a shared machine's loopback is noise.
    private static readonly TimeSpan LeastBaseline = TimeSpan.FromMilliseconds(2);

    [Fact]
    public async Task Ten_thousand_attacks_cost_no_more_than_ordinary_requests_and_nobody_else_notices()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(
            Bootstrap.Http(backend.Http1, Http1Attacks.Edge), concurrency: 2);
        string[] attacks = [.. Http1Attacks.Refused.Select(static row => row.Data.Item3).Where(static a => a.Length < 4_096)];
        string ordinary = "GET /status/200 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        await RunAsync(proxy, 1_000, _ => ordinary);

        (TimeSpan ordinaryCost, TimeSpan baseline) = await RunAsync(proxy, Attacks, _ => ordinary);
        (TimeSpan attackCost, TimeSpan disturbed) = await RunAsync(proxy, Attacks, i => attacks[i % attacks.Length]);

        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"CPU per ordinary request {ordinaryCost.TotalMicroseconds / Attacks:F1} us, per attack {attackCost.TotalMicroseconds / Attacks:F1} us; "
            + $"p99 of a second client {baseline.TotalMilliseconds:F2} ms beside ordinary requests, {disturbed.TotalMilliseconds:F2} ms beside attacks");
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(attackCost <= MostCostRatio * ordinaryCost, figures);
        Assert.True(disturbed <= 2 * (baseline > LeastBaseline ? baseline : LeastBaseline), figures);
        Assert.False(proxy.HasExited);
    }

    // Sends at an even pace, each on its own connection, while another client asks on a connection that stays.
    private static async Task<(TimeSpan Cost, TimeSpan Latency)> RunAsync(ProxyUnderTest proxy, int count, Func<int, string> request)
    {
        using var stop = new CancellationTokenSource();
        TimeSpan before = CpuOf(proxy.ProcessId);
        Task<TimeSpan> other = MeasureAsync(proxy.Port(), stop.Token);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var running = new List<Task>();
        for (int sent = 0; sent < count;)
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            for (int i = 0; i < PerSecond / 100; i++)
            {
                running.Add(SendAsync(proxy.Port(), request(sent++)));
            }
        }

        await Task.WhenAll(running);
        TimeSpan cost = CpuOf(proxy.ProcessId) - before;
        await stop.CancelAsync();
        return (cost, await other);
    }

    private static async Task SendAsync(int port, string request)
    {
        using RawClient client = await RawClient.ConnectAsync(port);
        try
        {
            await client.SendAsync(request);
        }
        catch (SocketException)
        {
            // The proxy has heard enough.
        }

        await client.ReadToEndAsync();
    }

    private static async Task<TimeSpan> MeasureAsync(int port, CancellationToken stop)
    {
        using RawClient client = await RawClient.ConnectAsync(port);
        var times = new List<TimeSpan>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!stop.IsCancellationRequested)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            await client.SendAsync("GET /status/200 HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", await client.ReadUntilAsync("status 200\n"), StringComparison.Ordinal);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        times.Sort();
        return times[times.Count * 99 / 100];
    }

    // On-CPU time of every thread, from the scheduler (first field of schedstat, nanoseconds).
    private static TimeSpan CpuOf(int process)
    {
        long nanoseconds = Directory.EnumerateDirectories($"/proc/{process}/task")
            .Select(static thread => File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0])
            .Sum(static text => long.Parse(text, CultureInfo.InvariantCulture));
        return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
    }
}
