namespace Lateen.Local.Tests.Controllers;

using System.Globalization;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("*/5 * * * *", "2026-01-01T00:02:30Z", "2026-01-01T00:05:00Z")]
    [InlineData("0 9-17/4 * * 1-5", "2026-01-02T17:00:00Z", "2026-01-05T09:00:00Z")]
    [InlineData("5/20 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:25:00Z")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("30 6 * FEB,Apr SUN", "2026-02-23T00:00:00Z", "2026-04-05T06:30:00Z")]
    [InlineData("@hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")]
    [InlineData("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@every 1h30m", "2026-01-01T00:00:00.5Z", "2026-01-01T01:30:00Z")]
    public void The_next_time_is_the_first_that_fits_every_field(string schedule, string after, string expected) =>
        Assert.Equal(Time(expected), CronSchedule.Parse(schedule).Next(Time(after), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("0 0 13 * FRI", "2026-01-02T00:00:00Z")]
    [InlineData("0 0 13 * *", "2026-01-13T00:00:00Z")]
    [InlineData("0 0 * * FRI", "2026-01-02T00:00:00Z")]
    [InlineData("0 0 2 * MON", "2026-01-02T00:00:00Z")]
    public void A_day_fits_either_day_field_when_both_are_restricted(string schedule, string expected) =>
        Assert.Equal(Time(expected), CronSchedule.Parse(schedule).Next(Time("2026-01-01T00:00:00Z"), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("30 2 * * *", "2026-03-29T00:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("0 0 * * *", "2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z")]
    public void Where_the_clock_changes_a_skipped_time_is_left_out_and_a_repeated_one_comes_twice(string schedule, string after, string expected) =>
        Assert.Equal(Time(expected), CronSchedule.Parse(schedule).Next(Time(after), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Fact]
    public void A_date_that_never_comes_has_no_next_time() =>
        Assert.Null(CronSchedule.Parse("0 0 31 2 *").Next(Time("2026-01-01T00:00:00Z"), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("* * * *", "found 4")]
    [InlineData("60 * * * *", "minute 60 is not between 0 and 59")]
    [InlineData("* * 0 * *", "day of the month 0")]
    [InlineData("* * * * 7", "day of the week 7")]
    [InlineData("5-1 * * * *", "ends before it begins")]
    [InlineData("*/0 * * * *", "step 0")]
    [InlineData("* * L * *", "\"L\" is no day of the month")]
    [InlineData("1,,2 * * * *", "no minute")]
    [InlineData("-1 * * * *", "no minute")]
    [InlineData("@often", "@hourly")]
    [InlineData("@every soon", "no duration")]
    [InlineData("@every 5", "no duration")]
    [InlineData("TZ=UTC 0 * * * *", "timeZone")]
    public void What_is_wrong_with_a_schedule_is_said(string schedule, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => CronSchedule.Parse(schedule)).Message, StringComparison.Ordinal);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
