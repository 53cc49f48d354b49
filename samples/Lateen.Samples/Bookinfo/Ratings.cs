namespace Lateen.Samples.Bookinfo;

using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>Bookinfo's ratings: stars per reviewer, kept in memory. Some versions fail on purpose.</summary>
internal static class Ratings
{
    private const int MaxStored = 10_000;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(7);
    private static readonly ConcurrentDictionary<long, string> Stored = [];
    private static readonly string Version = Settings.Text("SERVICE_VERSION", "v1");
    private static readonly DateTimeOffset Started = DateTimeOffset.UtcNow;

    public static Task<int> RunAsync(string[] args) =>
        SampleServer.RunAsync("ratings", Settings.Port(args, 9080), HandleAsync);

    private static Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        if (path == "/health")
        {
            return IsBroken("v-unhealthy", TimeSpan.FromMinutes(15))
                ? SampleServer.JsonAsync(context, 500, """{"status":"Ratings is not healthy"}""")
                : SampleServer.JsonAsync(context, 200, """{"status":"Ratings is healthy"}""");
        }

        if (!path.StartsWith("/ratings/", StringComparison.Ordinal))
        {
            return SampleServer.NotFoundAsync(context);
        }

        if (ParseId(path) is not { } id)
        {
            return SampleServer.JsonAsync(context, 400, """{"error":"please provide numeric product ID"}""");
        }

        return HttpMethods.IsPost(context.Request.Method) ? StoreAsync(context, id) : AnswerAsync(context, id);
    }

    private static async Task AnswerAsync(HttpContext context, long id)
    {
        bool unlucky = Random.Shared.NextDouble() <= 0.5;
        if (Version == "v2")
        {
            await SampleServer.JsonAsync(context, 500, """{"error":"could not connect to ratings database"}""");
        }
        else if (Version == "v-faulty" && unlucky || IsBroken("v-unavailable", TimeSpan.FromMinutes(1))
            || IsBroken("v-unhealthy", TimeSpan.FromMinutes(15)))
        {
            await SampleServer.JsonAsync(context, 503, """{"error":"Service unavailable"}""");
        }
        else
        {
            if (Version == "v-delayed" && unlucky)
            {
                await Task.Delay(Delay, context.RequestAborted);
            }

            string ratings = Stored.GetValueOrDefault(id, """{"Reviewer1":5,"Reviewer2":4}""");
            await SampleServer.JsonAsync(context, 200, $$"""{"id":{{id}},"ratings":{{ratings}}}""");
        }
    }

    private static async Task StoreAsync(HttpContext context, long id)
    {
        string ratings;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            ArrayBufferWriter<byte> compact = new();
            using Utf8JsonWriter writer = new(compact, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            body.RootElement.WriteTo(writer);
            writer.Flush();
            ratings = Encoding.UTF8.GetString(compact.WrittenSpan);
        }
        catch (JsonException)
        {
            await SampleServer.JsonAsync(context, 400, """{"error":"please provide valid ratings JSON"}""");
            return;
        }

        if (Version == "v2")
        {
            await SampleServer.JsonAsync(context, 501, """{"error":"Post not implemented for database backed ratings"}""");
            return;
        }

        if (Stored.Count >= MaxStored)
        {
            Stored.Clear();
        }

        Stored[id] = ratings;
        await SampleServer.JsonAsync(context, 200, $$"""{"id":{{id}},"ratings":{{ratings}}}""");
    }

    // Versions that break and recover by the clock start in order.
    private static bool IsBroken(string version, TimeSpan period) =>
        Version == version && (long)((DateTimeOffset.UtcNow - Started) / period) % 2 == 1;

    // As JavaScript's parseInt: digits up to the first other character.
    private static long? ParseId(string path)
    {
        ReadOnlySpan<char> text = path.AsSpan(path.LastIndexOf('/') + 1);
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        text = digits < 0 ? text : text[..digits];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
    }
}
