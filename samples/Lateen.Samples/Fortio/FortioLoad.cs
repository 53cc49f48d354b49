namespace Lateen.Samples.Fortio;

using System.Diagnostics;
using System.Globalization;
using Lateen.Samples.Tools;

/// <summary>fortio load: calls a URL over N connections, at a rate or as fast as answers come, and reports as fortio does.</summary>
internal sealed class FortioLoad
{
    private readonly FortioOptions _options;
    private readonly Uri _url;
    private readonly long _perConnection;
    private readonly long _rest;
    private readonly Stopwatch _clock = new();

    private FortioLoad(FortioOptions options, Uri url)
    {
        _options = options;
        _url = url;
        double planned = options.Count > 0 ? options.Count : options.Rate > 0 ? options.Rate * options.Duration.TotalSeconds : 0;
        bool endless = options.Count == 0 && (options.Rate <= 0 || options.Duration == TimeSpan.Zero);
        _perConnection = endless ? long.MaxValue : Math.Max(1, (long)Math.Round(planned) / options.Connections);
        _rest = options.Count > 0 ? Math.Max(0, options.Count - (_perConnection * options.Connections)) : 0;
    }

    public static async Task<int> RunAsync(FortioOptions options, Uri url)
    {
        // More connections than calls would open some for nothing.
        FortioOptions fitted = options.Count > 0 ? options with { Connections = (int)Math.Min(options.Connections, options.Count) } : options;
        return await new FortioLoad(fitted, url).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        FortioReport report = new(_options, _url, _options.Json == "-" ? Console.Error : Console.Out);
        report.Begin(_perConnection, _rest);
        HttpConnection[] connections = [.. Enumerable.Range(0, _options.Connections).Select(_ => new HttpConnection(_options, _url))];
        int warmUp = 0;
        if (_options.Count == 0)
        {
            HttpAnswer[] first = await Task.WhenAll(connections.Select(static c => c.CallAsync()));
            warmUp = first.Length;
            if (!_options.AllowInitialErrors && first.FirstOrDefault(static a => !a.Ok) is { Code: not 0 } failed)
            {
                string why = failed.Failure ?? string.Create(CultureInfo.InvariantCulture, $"code {failed.Code}");
                await Console.Error.WriteLineAsync(
                    $"Aborting because of an error of the first call to {_url}: {why} (-allow-initial-errors goes on)");
                return 1;
            }
        }

        using Shutdown shutdown = new();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown.Token);
        if (_options.Count == 0 && _options.Duration > TimeSpan.Zero)
        {
            stop.CancelAfter(_options.Duration);
        }

        DateTimeOffset started = DateTimeOffset.UtcNow;
        _clock.Start();
        FortioResults[] each = await Task.WhenAll(connections.Select((c, number) => Task.Run(() => WorkAsync(c, number, stop.Token))));
        TimeSpan took = _clock.Elapsed;
        FortioResults all = new(_options.Resolution);
        foreach (FortioResults part in each)
        {
            all.Add(part);
        }

        report.End(all, warmUp, took);
        if (_options.Json is { } file)
        {
            FortioJson.Write(file, _options, _url, all, started, took);
        }

        return 0;
    }

    // Every connection has a timetable of its own, and a late call is followed by the next at once until the timetable is met again: a
    // slow answer lowers the rate only when the connections cannot make up for it.
    private async Task<FortioResults> WorkAsync(HttpConnection connection, int number, CancellationToken stop)
    {
        FortioResults results = new(_options.Resolution);
        long calls = _perConnection + (number < _rest ? 1 : 0);
        double between = _options.Rate > 0 ? _options.Connections / _options.Rate : 0;
        double first = _options.Uniform ? between * number / _options.Connections : 0;
        using (connection)
        {
            int before = connection.SocketsUsed;
            for (long call = 0; call < calls && !stop.IsCancellationRequested; call++)
            {
                TimeSpan wait = TimeSpan.FromSeconds(first + (call * between)) - _clock.Elapsed;
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
                    if (stop.IsCancellationRequested)
                    {
                        break;
                    }
                }

                long started = Stopwatch.GetTimestamp();
                HttpAnswer answer = await connection.CallAsync();
                results.Record(answer, Stopwatch.GetElapsedTime(started).TotalSeconds);
                if (!answer.Ok && !_options.Quiet)
                {
                    FortioReport.Complain(answer, number, call);
                }
            }

            // A warm-up's socket that goes on is the run's first.
            results.SocketsUsed = Math.Max(before, connection.SocketsUsed);
        }

        return results;
    }
}
