namespace Lateen.Api.Tests.Text;

using Lateen.Api.Text;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("7s", 7000, "7s")]
    [InlineData("100ms", 100, "100ms")]
    [InlineData("1m30s", 90_000, "1m30s")]
    [InlineData("1.5h", 5_400_000, "1h30m")]
    [InlineData("0", 0, "0s")]
    [InlineData("90m", 5_400_000, "1h30m")]
    [InlineData("0.5s", 500, "500ms")]
    public void A_duration_is_read_as_Go_reads_it_and_written_back(string text, double milliseconds, string written)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
        Assert.Equal(written, DurationText.Format(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("s")]
    [InlineData("7 s")]
    [InlineData("7x")]
    [InlineData("1..5s")]
    [InlineData(null)]
    public void What_is_no_duration_is_refused(string? text) => Assert.False(DurationText.TryParse(text, out _));
}
