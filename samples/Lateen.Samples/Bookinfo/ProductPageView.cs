namespace Lateen.Samples.Bookinfo;

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

/// <summary>The HTML of the product page: one document, nothing to load besides it.</summary>
internal static class ProductPageView
{
    public const string Icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#b4432f" d="M15 3v20H4C9 18 13 11 15 3z"/><path
        fill="#e5a55d" d="M17 8c1 6 5 11 10 15H17z"/><path fill="#22384f" d="M3 25h26l-4 5H8z"/></svg>
        """;

    private const int MaxStars = 5;
    private const string StarPath = "M10 1l2.8 5.8 6.2.9-4.5 4.4 1.1 6.3L10 15.4l-5.6 3 1.1-6.3L1 7.7l6.2-.9z";

    private static readonly (string Key, string Label)[] DetailRows =
    [
        ("author", "Author"), ("year", "Year"), ("type", "Type"), ("pages", "Pages"), ("publisher", "Publisher"),
        ("language", "Language"), ("ISBN-10", "ISBN-10"), ("ISBN-13", "ISBN-13"),
    ];

    public static string Index(string? user) => Document(user, $"""
        <section class="hero narrow">
          <div>
            <p class="kicker">Sample application</p>
            <h1>Bookinfo</h1>
            <p>One page, four services. <b>productpage</b> asks <b>details</b> and <b>reviews</b>; two of the three versions of
            reviews ask <b>ratings</b> for stars. Which version answers is up to the mesh.</p>
            <p class="actions"><a class="button" href="/productpage">Open the product page</a>
              <a class="button quiet" href="/productpage?u=test">As a test user</a></p>
          </div>
        </section>
        """);

    public static string Product(string title, string description, JsonElement details, JsonElement reviews, string? user)
    {
        StringBuilder body = new();
        body.Append(CultureInfo.InvariantCulture, $"""
            <section class="hero">
              <div class="cover" aria-hidden="true">{Icon}<b>{title}</b><em>William Shakespeare</em></div>
              <div>
                <p class="kicker">Book of the day</p>
                <h1>{title}</h1>
                <p>{description}</p>
              </div>
            </section>
            <div class="columns">

            """);
        AppendDetails(body, details);
        AppendReviews(body, reviews);
        body.Append("</div>\n");
        return Document(user, body.ToString());
    }

    private static void AppendDetails(StringBuilder body, JsonElement details)
    {
        body.Append("<section class=\"card details\">\n");
        if (Text(details, "error") is { } error)
        {
            body.Append(CultureInfo.InvariantCulture,
                $"<h2 class=\"error\">Error fetching product details!</h2>\n<p>{Encode(error)}</p>\n</section>\n");
            return;
        }

        body.Append("<h2>Book Details</h2>\n<dl>\n");
        foreach ((string key, string label) in DetailRows)
        {
            if (Text(details, key) is { } value)
            {
                body.Append(CultureInfo.InvariantCulture, $"<div><dt>{label}</dt><dd>{Encode(value)}</dd></div>\n");
            }
        }

        body.Append("</dl>\n</section>\n");
    }

    private static void AppendReviews(StringBuilder body, JsonElement reviews)
    {
        body.Append("<section class=\"card reviews\">\n");
        if (Text(reviews, "error") is { } error)
        {
            body.Append(CultureInfo.InvariantCulture,
                $"<h2 class=\"error\">Error fetching product reviews!</h2>\n<p>{Encode(error)}</p>\n</section>\n");
            return;
        }

        body.Append("<h2>Book Reviews</h2>\n");
        if (reviews.TryGetProperty("reviews", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement review in list.EnumerateArray())
            {
                AppendReview(body, review);
            }
        }

        string pod = Text(reviews, "podname") ?? "unknown";
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"served\">Reviews served by: <code>{Encode(pod)}</code>");
        if (Text(reviews, "clustername") is { } cluster && cluster != "null")
        {
            body.Append(CultureInfo.InvariantCulture, $" on cluster <code>{Encode(cluster)}</code>");
        }

        body.Append("</p>\n</section>\n");
    }

    private static void AppendReview(StringBuilder body, JsonElement review)
    {
        string reviewer = Encode(Text(review, "reviewer") ?? "");
        body.Append(CultureInfo.InvariantCulture,
            $"<figure>\n<blockquote>{Encode(Text(review, "text") ?? "")}</blockquote>\n<figcaption>{reviewer}</figcaption>\n");
        if (review.TryGetProperty("rating", out JsonElement rating))
        {
            if (rating.TryGetProperty("stars", out JsonElement stars) && stars.TryGetInt32(out int count))
            {
                AppendStars(body, Math.Clamp(count, 0, MaxStars), Text(rating, "color") == "red" ? "red" : "black");
            }
            else
            {
                string error = Text(rating, "error") ?? "Ratings service is currently unavailable";
                body.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{Encode(error)}</p>\n");
            }
        }

        body.Append("</figure>\n");
    }

    // The colour stands on every star as an attribute: Istio's task scripts and ours count stars by it.
    private static void AppendStars(StringBuilder body, int count, string color)
    {
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"stars\" aria-label=\"{count} of {MaxStars} stars\">\n");
        for (int star = 0; star < MaxStars; star++)
        {
            body.Append(star < count
                ? $"<svg class=\"star glyphicon glyphicon-star text-{color}-500\" color=\"{color}\" viewBox=\"0 0 20 20\"><path d=\"{StarPath}\"/></svg>\n"
                : $"<svg class=\"star empty glyphicon glyphicon-star-empty\" viewBox=\"0 0 20 20\"><path d=\"{StarPath}\"/></svg>\n");
        }

        body.Append("</p>\n");
    }

    private static string Document(string? user, string content) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Simple Bookstore App</title>
        <link rel="icon" href="/static/lateen.svg" type="image/svg+xml">
        <style>{PageStyle.Css}</style>
        </head>
        <body>
        <header>
        <a class="brand" href="/productpage">{Icon}<span>BookInfo Sample</span></a>
        {(string.IsNullOrEmpty(user) ? SignInForm : SignedIn(user))}
        </header>
        <main>
        {content}
        </main>
        <footer>Served by productpage <code>{Encode(Settings.Instance)}</code> · refresh to be routed again</footer>
        </body>
        </html>

        """;

    private const string SignInForm = """
        <details class="signin"><summary class="button">Sign in</summary>
        <form method="post" action="login">
        <label>User Name<input name="username" autocomplete="username" placeholder="jason" required></label>
        <label>Password<input name="passwd" type="password" autocomplete="current-password" placeholder="any"></label>
        <button class="button" type="submit">Sign in</button>
        </form></details>
        """;

    private static string SignedIn(string user) =>
        $"<p class=\"user\"><span class=\"avatar\">{Encode(user[..1].ToUpperInvariant())}</span>{Encode(user)} "
        + "<a class=\"button quiet\" href=\"logout\">sign out</a></p>";

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
