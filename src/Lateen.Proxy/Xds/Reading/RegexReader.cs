namespace Lateen.Proxy.Xds.Reading;

using Lateen.Api.Text;
using Lateen.Proxy.Config;

/// <summary>Reads RE2 expressions; what the engine below cannot honour is an error, never a different match.</summary>
internal static class RegexReader
{
    public static RegexPattern? Read(string regex, string path, ReadContext context)
    {
        if (Re2.TryTranslate(regex, out string pattern, out string error))
        {
            try
            {
                return new RegexPattern(regex, pattern);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                error = e.Message;
            }
        }

        context.Error(path, $"'{regex}' is not a valid regular expression: {error}");
        return null;
    }
}
