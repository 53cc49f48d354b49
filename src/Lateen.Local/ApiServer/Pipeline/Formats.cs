namespace Lateen.Local.ApiServer.Pipeline;

using System.Globalization;
using System.Net;

/// <summary>The string formats that CRD schemas may ask for; an unknown format is ignored, as Kubernetes does.</summary>
internal static class Formats
{
    public static bool Fits(string? format, string text)
    {
        return format switch
        {
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                && text.Contains('T'),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "ipv4" => IPAddress.TryParse(text, out IPAddress? address) && !text.Contains(':') && address.ToString() == text,
            "ipv6" => IPAddress.TryParse(text, out _) && text.Contains(':'),
            "cidr" => IPNetwork.TryParse(text, out _),
            "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
            "uuid" => Guid.TryParse(text, out _),
            "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
            _ => true,
        };
    }
}
