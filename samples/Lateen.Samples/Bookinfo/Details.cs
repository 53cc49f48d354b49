namespace Lateen.Samples.Bookinfo;

using System.Globalization;
using System.Text.Json;

/// <summary>Bookinfo's details: the facts about a book.</summary>
internal static class Details
{
    private const string ExternalIsbn = "0486424618";
    private static readonly TimeSpan ExternalTimeout = TimeSpan.FromSeconds(5);

    public static Task<int> RunAsync(string[] args)
    {
        bool external = Settings.Flag("ENABLE_EXTERNAL_BOOK_SERVICE");
        return SampleServer.RunAsync("details", Settings.Port(args, 9080), context => HandleAsync(context, external));
    }

    private static async Task HandleAsync(HttpContext context, bool external)
    {
        string path = context.Request.Path.Value ?? "/";
        if (path == "/health")
        {
            await SampleServer.JsonAsync(context, 200, """{"status":"Details is healthy"}""");
        }
        else if (path != "/details" && !path.StartsWith("/details/", StringComparison.Ordinal))
        {
            await SampleServer.NotFoundAsync(context);
        }
        else if (!long.TryParse(path.AsSpan(path.TrimEnd('/').LastIndexOf('/') + 1).TrimEnd('/'), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out long id))
        {
            await SampleServer.JsonAsync(context, 400, """{"error":"please provide numeric product id"}""");
        }
        else if (external)
        {
            await FetchAsync(context, id);
        }
        else
        {
            await SampleServer.JsonAsync(context, 200, Describe(
                id, "William Shakespeare", "1595", "paperback", 200, "PublisherA", "English", "1234567890", "123-1234567890"));
        }
    }

    // Version 2 asks a service outside of the mesh: the egress demonstration.
    private static async Task FetchAsync(HttpContext context, long id)
    {
        string scheme = Settings.Flag("DO_NOT_ENCRYPT") ? "http" : "https";
        string url = $"{scheme}://www.googleapis.com/books/v1/volumes?q=isbn:{ExternalIsbn}";
        (int status, string body) = await PeerClient.GetAsync(context.Request, url, null, ExternalTimeout);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement book = document.RootElement.GetProperty("items")[0].GetProperty("volumeInfo");
            await SampleServer.JsonAsync(context, 200, Describe(
                id, Text(book.GetProperty("authors")[0]), Quote(Text(book.GetProperty("publishedDate"))),
                Text(book.GetProperty("printType")) == "BOOK" ? "paperback" : "unknown", book.GetProperty("pageCount").GetInt32(),
                Text(book.GetProperty("publisher")), Text(book.GetProperty("language")) == "en" ? "English" : "unknown",
                Isbn(book, "ISBN_10"), Isbn(book, "ISBN_13")));
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException
            or IndexOutOfRangeException)
        {
            string reason = status == 0 ? "no answer from the external book service" : $"the external book service answered {status}";
            await SampleServer.JsonAsync(context, 400, $$"""{"error":{{Quote(reason)}}}""");
        }
    }

    // Hashes keep their order in Ruby, and its generator writes no spaces.
    private static string Describe(
        long id, string author, string year, string type, int pages, string publisher, string language, string isbn10, string isbn13) =>
        $"{{\"id\":{id},\"author\":{Quote(author)},\"year\":{year},\"type\":\"{type}\",\"pages\":{pages},"
        + $"\"publisher\":{Quote(publisher)},\"language\":\"{language}\",\"ISBN-10\":\"{isbn10}\",\"ISBN-13\":\"{isbn13}\"}}";

    private static string Quote(string text) =>
        $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static string Text(JsonElement element) => element.GetString() ?? "";

    private static string Isbn(JsonElement book, string type)
    {
        foreach (JsonElement identifier in book.GetProperty("industryIdentifiers").EnumerateArray())
        {
            if (Text(identifier.GetProperty("type")) == type)
            {
                return Text(identifier.GetProperty("identifier"));
            }
        }

        return "";
    }
}
