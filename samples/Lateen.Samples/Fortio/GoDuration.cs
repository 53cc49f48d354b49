namespace Lateen.Samples.Fortio;

using System.Globalization;

/// <summary>Durations as Go programs read and write them: 1m30s, 250ms, 1.5h.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("h", 3600), ("m", 60), ("s", 1)];

    /// <summary>Null when the text is none; 0 needs no unit.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        double seconds = 0;
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0)
        {
            int digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount))
            {
                return null;
            }

            rest = rest[digits..];
            (string Unit, double Seconds) unit = default;
            foreach ((string Unit, double Seconds) known in Units)
            {
                if (rest.StartsWith(known.Unit, StringComparison.Ordinal))
                {
                    unit = known;
                    break;
                }
            }

            if (unit.Unit is null)
            {
                return null;
            }

            seconds += amount * unit.Seconds;
            rest = rest[unit.Unit.Length..];
        }

        return text.Length > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    public static string Format(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1))
        {
            return time == TimeSpan.Zero ? "0s" : Number(time.TotalMilliseconds, 6) + "ms";
        }

        string hours = time.TotalHours >= 1 ? $"{(long)time.TotalHours}h" : "";
        string minutes = time.TotalMinutes >= 1 ? $"{time.Minutes}m" : "";
        double seconds = time.TotalSeconds - (Math.Floor(time.TotalMinutes) * 60);
        return $"{hours}{minutes}{Number(seconds, 9)}s";
    }

    private static string Number(double value, int digits) => Math.Round(value, digits).ToString("0.#########", CultureInfo.InvariantCulture);
}
