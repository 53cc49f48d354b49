namespace Lateen.Samples.Tests.Fortio;

using Lateen.Samples.Fortio;

public sealed class FortioOptionsTests
{
    [Fact]
    public void The_circuit_breaking_task_s_flags_are_understood()
    {
        FortioOptions options = Parse("-c 3 -qps 0 -n 30 -loglevel Warning http://httpbin:8000/get");

        Assert.Equal((3, 0.0, 30, false, "http://httpbin:8000/get"),
            (options.Connections, options.Rate, options.Count, options.Quiet, options.Url?.ToString()));
    }

    [Fact]
    public void One_dash_or_two_and_a_blank_or_an_equal_sign_mean_the_same()
    {
        FortioOptions one = Parse("-c 2 -t 1m -quiet localhost");
        FortioOptions two = Parse("--c=2 --t=60s --quiet=true localhost");

        Assert.Equal(one with { Percentiles = two.Percentiles }, two);
    }

    [Fact]
    public void Without_flags_it_calls_eight_times_a_second_over_four_connections_for_five_seconds()
    {
        FortioOptions options = Parse("localhost:8080/echo");

        Assert.Equal((4, 8.0, 5.0, 3.0), (options.Connections, options.Rate, options.Duration.TotalSeconds, options.Timeout.TotalSeconds));
        Assert.Equal("http://localhost:8080/echo", options.Url?.ToString());
    }

    [Theory]
    [InlineData("-c 0 x")]
    [InlineData("-t tomorrow x")]
    [InlineData("-qps fast x")]
    [InlineData("-no-such-flag 1 x")]
    [InlineData("ftp://x")]
    [InlineData("-n")]
    public void A_flag_that_cannot_be_meant_is_refused_with_a_reason(string line)
    {
        Assert.Null(FortioOptions.Parse(line.Split(' '), out string error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("1m30s", 90)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5h", 5400)]
    [InlineData("0", 0)]
    public void Durations_are_Go_s(string text, double seconds) => Assert.Equal(seconds, GoDuration.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData(59.8524, "59.8524ms")]
    [InlineData(5000, "5s")]
    [InlineData(90_500, "1m30.5s")]
    public void Durations_are_written_as_Go_writes_them(double milliseconds, string text) =>
        Assert.Equal(text, GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData("503", 99, 503)]
    [InlineData("503:20,404:10", 19, 503)]
    [InlineData("503:20,404:10", 25, 404)]
    [InlineData("503:20,404:10", 31, 200)]
    [InlineData("nonsense", 0, 400)]
    public void An_echo_draws_its_status_from_the_percentages_asked_for(string codes, double drawn, int status) =>
        Assert.Equal(status, FortioServer.Status(codes, drawn));

    private static FortioOptions Parse(string line)
    {
        FortioOptions? options = FortioOptions.Parse(line.Split(' '), out string error);
        Assert.True(options is not null, error);
        return options;
    }
}
