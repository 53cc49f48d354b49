namespace Lateen.Local.ApiServer.Json;

using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>How the API server writes JSON: compact, with text left readable (nothing here is embedded in HTML).</summary>
internal static class JsonOptions
{
    public static readonly JsonWriterOptions Writer = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };
}
