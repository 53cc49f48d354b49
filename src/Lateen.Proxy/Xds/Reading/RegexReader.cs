namespace Lateen.Proxy.Xds.Reading;

using Lateen.Proxy.Config;

/// <summary>Reads RE2 expressions.</summary>
internal static class RegexReader
{
    public static RegexPattern? Read(string regex, string path, ReadContext context)
    {
        try
        {
            return new RegexPattern(regex, regex);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            context.Error(path, $"'{regex}' is not a valid regular expression: {e.Message}");
            return null;
        }
    }
}
