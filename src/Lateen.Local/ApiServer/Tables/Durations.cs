namespace Lateen.Local.ApiServer.Tables;

using Lateen.Local.ApiServer.Json;

/// <summary>Ages as kubectl shows them: two units at most, fewer the older.</summary>
internal static class Durations
{
    public static string Age(string? since, DateTimeOffset now)
    {
        return KubeTime.Parse(since) is { } start ? Human(now - start) : "<unknown>";
    }

    public static string Human(TimeSpan span)
    {
        long seconds = (long)span.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }

        seconds = Math.Max(0, seconds);
        if (seconds < 60 * 2)
        {
            return $"{seconds}s";
        }

        long minutes = seconds / 60;
        if (minutes < 10)
        {
            return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        }

        if (minutes < 60 * 3)
        {
            return $"{minutes}m";
        }

        long hours = minutes / 60;
        if (hours < 8)
        {
            return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        }

        if (hours < 48)
        {
            return $"{hours}h";
        }

        if (hours < 24 * 8)
        {
            return hours % 24 == 0 ? $"{hours / 24}d" : $"{hours / 24}d{hours % 24}h";
        }

        if (hours < 24 * 365 * 2)
        {
            return $"{hours / 24}d";
        }

        long years = hours / 24 / 365;
        long days = hours / 24 % 365;
        return years >= 8 || days == 0 ? $"{years}y" : $"{years}y{days}d";
    }
}
