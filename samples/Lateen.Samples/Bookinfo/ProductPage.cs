namespace Lateen.Samples.Bookinfo;

using System.Text.Json;

/// <summary>Bookinfo's product page: asks details and reviews, and shows what they say.</summary>
internal static class ProductPage
{
    private const int ReviewTries = 2;
    private const string ProductId = "0";
    private const string Html = "text/html; charset=utf-8";
    private const string ProductsPath = "/api/v1/products";
    private const string Title = "The Comedy of Errors";
    private const string Description =
        "<a href=\"https://en.wikipedia.org/wiki/The_Comedy_of_Errors\">Wikipedia Summary</a>: two pairs of twins, separated at birth, "
        + "meet again in one city without knowing it. It is the shortest of <b>William Shakespeare's</b> plays, and an early one.";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);
    private static readonly int FloodFactor = Settings.Number("FLOOD_FACTOR", 0);
    private static readonly string DetailsService = Settings.Peer("details");
    private static readonly string ReviewsService = Settings.Peer("reviews");
    private static readonly string RatingsService = Settings.Peer("ratings");

    public static Task<int> RunAsync(string[] args) =>
        SampleServer.RunAsync("productpage", Settings.Port(args, 9080), HandleAsync);

    private static Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        return path switch
        {
            "/" or "/index.html" => SampleServer.WriteAsync(context, 200, Html, ProductPageView.Index(Session.User(context.Request))),
            "/productpage" => ShowAsync(context),
            "/login" => LoginAsync(context),
            "/logout" => LogoutAsync(context),
            "/health" => SampleServer.WriteAsync(context, 200, Html, "Product page is healthy"),
            "/metrics" => SampleServer.WriteAsync(context, 200, "text/plain; version=0.0.4; charset=utf-8", RequestResults.Text()),
            "/static/lateen.svg" => SampleServer.WriteAsync(context, 200, "image/svg+xml", ProductPageView.Icon),
            ProductsPath => SampleServer.JsonAsync(context, 200,
                $"[{{\"id\": {ProductId}, \"title\": \"{Title}\", \"descriptionHtml\": {PythonJson.Quote(Description)}}}]"),
            _ when path.StartsWith(ProductsPath + "/", StringComparison.Ordinal) => ApiAsync(context, path[(ProductsPath.Length + 1)..]),
            _ => SampleServer.NotFoundAsync(context),
        };
    }

    private static async Task ShowAsync(HttpContext context)
    {
        string? user = Session.User(context.Request);
        (_, JsonElement details) = await DetailsAsync(context.Request, ProductId, user);
        if (FloodFactor > 0)
        {
            await Task.WhenAll(Enumerable.Range(0, FloodFactor).Select(_ => ReviewsAsync(context.Request, ProductId, user)));
        }

        (_, JsonElement reviews) = await ReviewsAsync(context.Request, ProductId, user);
        string page = ProductPageView.Product(Title, Description, details, reviews, user);
        await SampleServer.WriteAsync(context, 200, Html, page);
    }

    private static async Task LoginAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST, OPTIONS";
            await SampleServer.WriteAsync(context, 405, Html, "sign in with POST\n");
            return;
        }

        string name = context.Request.Query["username"].ToString();
        if (context.Request.HasFormContentType)
        {
            IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
            name = form["username"].ToString();
        }

        if (name.Length > 0)
        {
            Session.SignIn(context.Response, name);
        }

        await ReturnAsync(context);
    }

    private static Task LogoutAsync(HttpContext context)
    {
        Session.SignOut(context.Response);
        return ReturnAsync(context);
    }

    // Back to where the form was; only the path is taken, so that the page leads nobody to another site.
    private static Task ReturnAsync(HttpContext context)
    {
        string referrer = context.Request.Headers.Referer.ToString();
        string path = Uri.TryCreate(referrer, UriKind.Absolute, out Uri? uri) ? uri.AbsolutePath : "/productpage";
        context.Response.Headers.Location = path.StartsWith("//", StringComparison.Ordinal) ? "/productpage" : path;
        return SampleServer.WriteAsync(context, 302, Html, "");
    }

    private static async Task ApiAsync(HttpContext context, string rest)
    {
        string[] parts = rest.Split('/');
        string? user = Session.User(context.Request);
        string id = Uri.EscapeDataString(parts[0]);
        (int status, JsonElement body) = parts switch
        {
            [_] => await DetailsAsync(context.Request, id, user),
            [_, "reviews"] => await ReviewsAsync(context.Request, id, user),
            [_, "ratings"] => await CallAsync(context.Request, "ratings", $"{RatingsService}/ratings/{id}", user),
            _ => (404, default),
        };
        if (body.ValueKind == JsonValueKind.Undefined)
        {
            await SampleServer.NotFoundAsync(context);
            return;
        }

        await SampleServer.JsonAsync(context, status, PythonJson.Write(body));
    }

    private static Task<(int Status, JsonElement Body)> DetailsAsync(HttpRequest request, string id, string? user) =>
        CallAsync(request, "details", $"{DetailsService}/details/{id}", user);

    // The planted bug of the fault injection task: a second try after a timeout that hides a slow service for 6 seconds.
    private static async Task<(int Status, JsonElement Body)> ReviewsAsync(HttpRequest request, string id, string? user)
    {
        (int Status, JsonElement Body) answer = default;
        for (int attempt = 0; attempt < ReviewTries; attempt++)
        {
            answer = await CallAsync(request, "reviews", $"{ReviewsService}/reviews/{id}", user);
            if (answer.Status == 200)
            {
                break;
            }
        }

        return answer;
    }

    private static async Task<(int Status, JsonElement Body)> CallAsync(HttpRequest request, string app, string url, string? user)
    {
        (int status, string body) = await PeerClient.GetAsync(request, url, user, CallTimeout);
        status = status == 0 ? 500 : status;
        if (status == 200 && Parse(body) is { } parsed)
        {
            RequestResults.Count(app, status);
            return (status, parsed);
        }

        status = status == 200 ? 500 : status;
        RequestResults.Count(app, status);
        string error = $"{{\"error\": \"Sorry, product {app} are currently unavailable for this book.\"}}";
        return (status, Parse(error) ?? default);
    }

    private static JsonElement? Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
