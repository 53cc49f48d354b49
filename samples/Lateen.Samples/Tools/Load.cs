namespace Lateen.Samples.Tools;

using System.Collections.Concurrent;
using System.Diagnostics;

/// <summary>Calls a URL at a steady rate and counts the answers by code.</summary>
internal static class Load
{
    private const int MaxSamples = 100_000;

    private static readonly ConcurrentDictionary<string, long> Codes = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<double> Milliseconds = new();
    private static long _next = -1;

    public static async Task<int> RunAsync(string[] args)
    {
        if (LoadOptions.Parse(args, out string error) is not { } options)
        {
            await Console.Error.WriteLineAsync(
                $"load: {error}\nusage: load [-qps N] [-duration 60s] [-c N] [-n N] [-timeout 15s] [-H 'name: value'] URL");
            return 64;
        }

        using Shutdown shutdown = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Token);
        using HttpClient client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = options.Connections,
            ActivityHeadersPropagator = null,
        });
        client.Timeout = options.Timeout;
        stop.CancelAfter(options.Duration);
        Stopwatch clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => WorkAsync(client, options, clock, stop.Token)));
        Print(clock.Elapsed);
        return Codes.Keys.All(c => c.StartsWith('2')) ? 0 : 1;
    }

    // Each worker takes the next moment of one common timetable: a slow answer delays its own worker, never the rate of the others.
    private static async Task WorkAsync(HttpClient client, LoadOptions options, Stopwatch clock, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long turn = Interlocked.Increment(ref _next);
            TimeSpan wait = TimeSpan.FromSeconds(turn / options.Rate) - clock.Elapsed;
            if (turn >= options.Count)
            {
                return;
            }

            try
            {
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, stop);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // A call that has begun is finished and counted, even when the time is over.
            await CallAsync(client, options);
        }
    }

    private static async Task CallAsync(HttpClient client, LoadOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        string code;
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, options.Url);
            foreach ((string name, string value) in options.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            await response.Content.CopyToAsync(Stream.Null);
            code = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException failure)
        {
            code = $"failed ({failure.HttpRequestError})";
        }
        catch (OperationCanceledException)
        {
            code = "timeout";
        }

        Codes.AddOrUpdate(code, 1, (_, count) => count + 1);
        Milliseconds.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        while (Milliseconds.Count > MaxSamples && Milliseconds.TryDequeue(out _))
        {
            continue;
        }
    }

    private static void Print(TimeSpan elapsed)
    {
        double[] times = [.. Milliseconds.Order()];
        long total = Codes.Values.Sum();
        Console.WriteLine($"{total} calls in {elapsed.TotalSeconds:0.0} s, {total / elapsed.TotalSeconds:0.0} a second");
        foreach ((string code, long count) in Codes.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"Code {code} : {count} ({100.0 * count / total:0.0} %)");
        }

        if (times.Length > 0)
        {
            Console.WriteLine($"ms: p50 {At(times, 0.5):0.0}  p90 {At(times, 0.9):0.0}  p99 {At(times, 0.99):0.0}  max {times[^1]:0.0}");
        }
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
