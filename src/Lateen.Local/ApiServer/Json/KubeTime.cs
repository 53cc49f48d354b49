namespace Lateen.Local.ApiServer.Json;

using System.Globalization;

/// <summary>Kubernetes' two time formats: seconds (Time) and microseconds (MicroTime), always UTC.</summary>
internal static class KubeTime
{
    public static string Seconds(DateTimeOffset time)
    {
        return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    public static string Micro(DateTimeOffset time)
    {
        return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    public static DateTimeOffset? Parse(string? text)
    {
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time)
            ? time
            : null;
    }
}
