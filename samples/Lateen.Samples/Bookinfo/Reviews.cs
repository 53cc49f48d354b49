namespace Lateen.Samples.Bookinfo;

using System.Globalization;
using System.Text;
using System.Text.Json;

/// <summary>Bookinfo's reviews: v1 without stars, v2 with black ones, v3 with red ones.</summary>
internal static class Reviews
{
    private const string FirstText = "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!";
    private const string SecondText =
        "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.";

    private static readonly bool Rated = Settings.Flag("ENABLE_RATINGS");
    private static readonly string Color = Settings.Text("STAR_COLOR", "black");
    private static readonly string RatingsService = Settings.Peer("ratings");

    // v2 waits longer than its caller, the planted bug of the fault injection task; v3 has it fixed.
    private static readonly TimeSpan RatingsTimeout = TimeSpan.FromSeconds(Color == "black" ? 10 : 2.5);

    public static Task<int> RunAsync(string[] args) =>
        SampleServer.RunAsync("reviews", Settings.Port(args, 9080), HandleAsync);

    private static async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        if (path == "/health")
        {
            await SampleServer.JsonAsync(context, 200, """{"status": "Reviews is healthy"}""");
            return;
        }

        const string Prefix = "/reviews/";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)
            || !int.TryParse(path.AsSpan(Prefix.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
        {
            await SampleServer.NotFoundAsync(context);
            return;
        }

        (int? first, int? second) = Rated ? await StarsAsync(context.Request, id) : (null, null);
        await SampleServer.JsonAsync(context, 200, Describe(id, first, second));
    }

    private static async Task<(int? First, int? Second)> StarsAsync(HttpRequest request, int id)
    {
        string user = request.Headers["end-user"].ToString();
        (int status, string body) = await PeerClient.GetAsync(request, $"{RatingsService}/ratings/{id}", user, RatingsTimeout);
        if (status != 200)
        {
            Console.WriteLine($"Error: unable to contact {RatingsService} got status of {status}");
            return (null, null);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("ratings", out JsonElement ratings)
                ? (Stars(ratings, "Reviewer1"), Stars(ratings, "Reviewer2"))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static int? Stars(JsonElement ratings, string reviewer) =>
        ratings.ValueKind == JsonValueKind.Object && ratings.TryGetProperty(reviewer, out JsonElement stars)
        && stars.TryGetInt32(out int value) ? value : null;

    // The original joins strings; its spaces are part of what callers have seen for years.
    private static string Describe(int id, int? first, int? second)
    {
        StringBuilder json = new();
        json.Append(CultureInfo.InvariantCulture, $"{{\"id\": \"{id}\",\"podname\": \"{Settings.Instance}\",");
        json.Append(CultureInfo.InvariantCulture, $"\"clustername\": \"{Settings.Text("CLUSTER_NAME", "null")}\",\"reviews\": [");
        AppendReview(json, "Reviewer1", FirstText, first);
        json.Append(',');
        AppendReview(json, "Reviewer2", SecondText, second);
        return json.Append("]}").ToString();
    }

    private static void AppendReview(StringBuilder json, string reviewer, string text, int? stars)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{  \"reviewer\": \"{reviewer}\",  \"text\": \"{text}\"");
        if (Rated)
        {
            json.Append(stars is { } count
                ? $", \"rating\": {{\"stars\": {count}, \"color\": \"{Color}\"}}"
                : ", \"rating\": {\"error\": \"Ratings service is currently unavailable\"}");
        }

        json.Append('}');
    }
}
