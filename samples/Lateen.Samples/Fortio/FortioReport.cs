namespace Lateen.Samples.Fortio;

using System.Globalization;

/// <summary>What fortio prints around and after a run; scripts read these lines.</summary>
internal sealed class FortioReport(FortioOptions options, Uri url, TextWriter output)
{
    private string Goal => options.Count > 0 ? Text($"{options.Count} calls") : GoDuration.Format(options.Duration);

    public static void Complain(HttpAnswer answer, int connection, long call)
    {
        string what = answer.Failure ?? Text($"code {answer.Code}");
        Console.Error.WriteLine(Text($"{DateTimeOffset.Now:HH:mm:ss.fff} [WRN] not ok: {what}, thread={connection}, call={call}"));
    }

    public void Begin(long perConnection, long rest)
    {
        int processors = Environment.ProcessorCount;
        string rate = options.Rate > 0 ? Number(options.Rate) : "0";
        output.WriteLine(Text(
            $"Fortio {FortioCommand.Version} running at {rate} queries per second, {processors}->{processors} procs, for {Goal}: {url}"));
        string speed = options.Rate > 0 ? rate + " qps" : "max qps";
        string plan = options.Count > 0 ? Text($"exactly {options.Count} calls ({perConnection} per thread + {rest})")
            : perConnection == long.MaxValue ? Goal
            : Text($"{Goal} : {perConnection} calls each (total {perConnection * options.Connections})");
        output.WriteLine(Text($"Starting at {speed} with {options.Connections} thread(s) [gomax {processors}] for {plan}"));
    }

    public void End(FortioResults results, int warmUp, TimeSpan took)
    {
        Histogram times = results.Seconds;
        double reached = times.Count / took.TotalSeconds;
        output.WriteLine(Text($"Ended after {GoDuration.Format(took)} : {times.Count} calls. qps={Number(reached)}"));
        WriteCounter("Aggregated Function Time", times);
        output.WriteLine("# range, mid point, percentile, count");
        string sign = ">=";
        foreach (HistogramRange range in times.Ranges())
        {
            double middle = (range.Start + range.End) / 2;
            output.WriteLine(Text(
                $"{sign} {Number(range.Start)} <= {Number(range.End)} , {Number(middle)} , {range.Percent:0.00}, {range.Count}"));
            sign = ">";
        }

        foreach (double percent in times.Count > 0 ? options.Percentiles : [])
        {
            output.WriteLine(Text($"# target {Number(percent)}% {Number(times.Percentile(percent))}"));
        }

        long failed = times.Count - results.Codes.Where(static c => c.Key is >= 200 and < 300).Sum(static c => c.Value);
        if (failed > 0)
        {
            output.WriteLine(Text($"Error cases : count {failed}"));
        }

        output.WriteLine(Text($"Sockets used: {results.SocketsUsed} (for perfect keepalive, would be {options.Connections})"));
        output.WriteLine(Text($"Uniform: {(options.Uniform ? "true" : "false")}, Jitter: false, Catchup allowed: true"));
        foreach ((int code, long count) in results.Codes.OrderBy(static c => c.Key))
        {
            output.WriteLine(Text($"Code {code,3} : {count} ({100.0 * count / times.Count:0.0} %)"));
        }

        WriteCounter("Response Header Sizes", results.HeaderBytes);
        WriteCounter("Response Body/Total Sizes", results.TotalBytes);
        output.WriteLine(Text(
            $"All done {times.Count} calls (plus {warmUp} warmup) {times.Average * 1000:0.000} ms avg, {reached:0.0} qps"));
    }

    private void WriteCounter(string name, Histogram values) => output.WriteLine(Text(
        $"{name} : count {values.Count} avg {Number(values.Average)} +/- {values.Deviation:0.####} ") + Text(
        $"min {Number(values.Min)} max {Number(values.Max)} sum {Number(values.Sum)}"));

    private static string Number(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
