namespace Lateen.Local;

using System.Globalization;

/// <summary>
/// A CronJob's schedule in Kubernetes' dialect: five fields or a word such as @hourly or @every 90s. Our own, because this dialect takes a
/// day that meets either day field when both are restricted, where the libraries at hand ask for both and allow L, W and #.
/// </summary>
internal sealed class CronSchedule
{
    private const int YearsToSearch = 5;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ulong _minutes, _hours, _days, _months, _weekdays;
    private readonly bool _eitherDay;
    private readonly TimeSpan _every;

    private CronSchedule(TimeSpan every) => _every = every;

    private CronSchedule(string[] fields)
    {
        _minutes = Field(fields[0], "minute", 0, 59, null);
        _hours = Field(fields[1], "hour", 0, 23, null);
        _days = Field(fields[2], "day of the month", 1, 31, null);
        _months = Field(fields[3], "month", 1, 12, Months);
        _weekdays = Field(fields[4], "day of the week", 0, 6, Weekdays);
        _eitherDay = !IsOpen(fields[2]) && !IsOpen(fields[4]);
    }

    /// <summary>Reads a schedule; a FormatException says what is wrong with it.</summary>
    internal static CronSchedule Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.StartsWith("TZ=", StringComparison.Ordinal) || trimmed.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            throw new FormatException("a schedule names no time zone; use the field timeZone");
        }

        if (trimmed.StartsWith("@every ", StringComparison.Ordinal))
        {
            return new CronSchedule(Interval(trimmed["@every ".Length..].Trim()));
        }

        string fields = trimmed switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            ['@', ..] => throw new FormatException($"{trimmed} is none of @yearly, @monthly, @weekly, @daily, @hourly and @every DURATION"),
            _ => trimmed,
        };
        string[] parts = fields.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 5
            ? new CronSchedule(parts)
            : throw new FormatException(
                $"expected five fields (minute, hour, day of the month, month, day of the week), found {parts.Length}");
    }

    /// <summary>
    /// The first time after the given one; null when there is none in five years. Times that a clock change skips are not run, those it
    /// repeats are run twice, as by kube-controller-manager.
    /// </summary>
    internal DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        if (_every > TimeSpan.Zero)
        {
            return WholeSecond(after) + _every;
        }

        DateTimeOffset end = after.AddYears(YearsToSearch);
        DateTimeOffset time = WholeMinute(after).AddMinutes(1);
        while (time < end)
        {
            DateTimeOffset local = TimeZoneInfo.ConvertTime(time, zone);
            if (!Has(_months, local.Month) || !IsDay(local) || !Has(_hours, local.Hour))
            {
                // By hours also over days that do not fit: a step of a whole day could pass a clock change and miss midnight.
                time = time.AddMinutes(60 - local.Minute);
            }
            else if (!Has(_minutes, local.Minute))
            {
                time = time.AddMinutes(1);
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static DateTimeOffset WholeMinute(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));

    private static bool IsOpen(string field) => field.Split(',').Any(static part => part[..1] is "*" or "?" && !part.Contains('/'));

    private static bool Has(ulong set, int value) => (set & (1UL << value)) != 0;

    private bool IsDay(DateTimeOffset local)
    {
        bool day = Has(_days, local.Day), weekday = Has(_weekdays, (int)local.DayOfWeek);
        return _eitherDay ? day || weekday : day && weekday;
    }

    private static ulong Field(string text, string name, int lowest, int highest, string[]? words)
    {
        ulong set = 0;
        foreach (string part in text.Split(','))
        {
            string[] stepped = part.Split('/');
            string[] ends = stepped[0].Split('-');
            if (part.Length == 0 || stepped.Length > 2 || ends.Length > 2)
            {
                throw new FormatException($"\"{part}\" is no {name}, range or step");
            }

            bool all = stepped[0] is "*" or "?";
            int first = all ? lowest : Value(ends[0], name, lowest, highest, words);
            // A step after a single value counts from there to the end: 5/15 is 5-59/15.
            int last = all || (ends.Length == 1 && stepped.Length == 2) ? highest
                : ends.Length == 1 ? first : Value(ends[1], name, lowest, highest, words);
            int step = stepped.Length == 1 ? 1 : Value(stepped[1], "step", 1, int.MaxValue, null);
            if (first > last)
            {
                throw new FormatException($"{name} {part} ends before it begins");
            }

            for (long value = first; value <= last; value += step)
            {
                set |= 1UL << (int)value;
            }
        }

        return set;
    }

    private static int Value(string text, string name, int lowest, int highest, string[]? words)
    {
        int word = words is null ? -1 : Array.FindIndex(words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0)
        {
            return word + lowest;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            throw new FormatException($"\"{text}\" is no {name}");
        }

        return value >= lowest && value <= highest ? value
            : throw new FormatException($"{name} {value} is not between {lowest} and {highest}");
    }

    // A duration as Go writes it, of hours, minutes and seconds; less than a second counts as one.
    private static TimeSpan Interval(string text)
    {
        double seconds = 0;
        int at = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            {
                digits++;
            }

            int unit = digits;
            while (unit < text.Length && char.IsAsciiLetter(text[unit]))
            {
                unit++;
            }

            double scale = text[digits..unit] switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 0.001, _ => 0 };
            if (scale == 0 || !double.TryParse(text.AsSpan(at, digits - at), CultureInfo.InvariantCulture, out double amount))
            {
                seconds = 0;
                break;
            }

            seconds += amount * scale;
            at = unit;
        }

        return seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(Math.Max(1, Math.Floor(seconds)))
            : throw new FormatException($"\"{text}\" is no duration such as 90s or 1h30m");
    }
}
