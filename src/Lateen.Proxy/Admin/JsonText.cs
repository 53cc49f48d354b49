namespace Lateen.Proxy.Admin;

using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>How the admin interface writes JSON.</summary>
internal static class JsonText
{
    // Names such as "outbound|80||a" stay readable: the body is JSON, never HTML.
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine(),
    };
}
