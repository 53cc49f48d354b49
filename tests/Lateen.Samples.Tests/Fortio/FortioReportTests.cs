namespace Lateen.Samples.Tests.Fortio;

using Lateen.Samples.Fortio;

public sealed class FortioReportTests
{
    [Fact]
    public void A_run_is_reported_in_fortio_s_lines()
    {
        FortioResults results = new(0.001) { SocketsUsed = 3 };
        foreach ((int code, double seconds) in new[] { (200, 0.004), (200, 0.006), (200, 0.005), (503, 0.001) })
        {
            results.Record(new HttpAnswer(code, 100, 300, true), seconds);
        }

        string[] lines = Print(results, TimeSpan.FromMilliseconds(10));

        Assert.Contains("Starting at max qps with 2 thread(s)", lines[1]);
        Assert.EndsWith("for exactly 4 calls (2 per thread + 0)", lines[1]);
        Assert.Equal("Ended after 10ms : 4 calls. qps=400", lines[2]);
        Assert.Equal("Aggregated Function Time : count 4 avg 0.004 +/- 0.0019 min 0.001 max 0.006 sum 0.016", lines[3]);
        Assert.Contains("# range, mid point, percentile, count", lines);
        Assert.Contains(">= 0.001 <= 0.001 , 0.001 , 25.00, 1", lines);
        Assert.Contains("> 0.003 <= 0.004 , 0.0035 , 50.00, 1", lines);
        Assert.Contains("# target 50% 0.004", lines);
        Assert.Contains("Sockets used: 3 (for perfect keepalive, would be 2)", lines);
        Assert.Contains("Code 200 : 3 (75.0 %)", lines);
        Assert.Contains("Code 503 : 1 (25.0 %)", lines);
        Assert.Equal("All done 4 calls (plus 0 warmup) 4.000 ms avg, 400.0 qps", lines[^1]);
    }

    [Fact]
    public void A_call_without_an_answer_counts_as_code_minus_one()
    {
        FortioResults results = new(0.001);
        results.Record(new HttpAnswer(HttpAnswer.NoAnswer, 0, 0, false, "connection refused"), 0.001);

        Assert.Contains("Code  -1 : 1 (100.0 %)", Print(results, TimeSpan.FromSeconds(1)));
    }

    private static string[] Print(FortioResults results, TimeSpan took)
    {
        using StringWriter output = new();
        FortioOptions options = new() { Connections = 2, Count = 4, Rate = 0 };
        FortioReport report = new(options, new Uri("http://httpbin:8000/get"), output);
        report.Begin(2, 0);
        report.End(results, 0, took);
        return output.ToString().TrimEnd().Split(Environment.NewLine);
    }
}
