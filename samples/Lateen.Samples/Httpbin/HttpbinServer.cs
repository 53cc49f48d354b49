namespace Lateen.Samples.Httpbin;

using System.Globalization;
using System.IO.Compression;
using System.Text;

/// <summary>Answers what it was asked: the endpoints of go-httpbin that tasks and tests use.</summary>
internal static class HttpbinServer
{
    private const int MaxDelaySeconds = 60;
    private const int MaxBytes = 1024 * 1024;
    private const int MaxLines = 100;
    private const int MaxRedirects = 20;

    public static Task<int> RunAsync(string[] args) =>
        SampleServer.RunAsync("httpbin", Settings.Port(args, 8080), HandleAsync);

    private static Task HandleAsync(HttpContext context)
    {
        string[] path = (context.Request.Path.Value ?? "/").TrimEnd('/').Split('/')[1..];
        return path switch
        {
            [] or [""] => SampleServer.WriteAsync(context, 200, "text/html; charset=utf-8", StaticPages.Index),
            ["get"] or ["head"] => ForMethod(context, "GET", Echo.RequestAsync),
            ["post"] => ForMethod(context, "POST", Echo.RequestAsync),
            ["put"] => ForMethod(context, "PUT", Echo.RequestAsync),
            ["patch"] => ForMethod(context, "PATCH", Echo.RequestAsync),
            ["delete"] => ForMethod(context, "DELETE", Echo.RequestAsync),
            ["anything", ..] => Echo.RequestAsync(context),
            ["headers"] => Echo.HeadersAsync(context),
            ["ip"] => Echo.FieldAsync(context, "origin", Echo.Origin(context)),
            ["user-agent"] => Echo.FieldAsync(context, "user-agent", context.Request.Headers.UserAgent.ToString()),
            ["uuid"] => Echo.FieldAsync(context, "uuid", Guid.NewGuid().ToString()),
            ["hostname"] => Echo.FieldAsync(context, "hostname", Settings.Instance),
            ["status", var codes] => StatusAsync(context, codes),
            ["delay", var seconds] => DelayAsync(context, seconds),
            ["response-headers"] => ResponseHeadersAsync(context),
            ["redirect" or "relative-redirect", var count] => RedirectAsync(context, count),
            ["redirect-to"] => RedirectToAsync(context),
            ["basic-auth", var user, var password] => BasicAuthAsync(context, user, password),
            ["bytes", var count] => BytesAsync(context, count),
            ["stream", var count] => StreamAsync(context, count),
            ["html"] => SampleServer.WriteAsync(context, 200, "text/html; charset=utf-8", StaticPages.Html),
            ["json"] => SampleServer.WriteAsync(context, 200, "application/json; charset=utf-8", StaticPages.Json),
            ["robots.txt"] => SampleServer.WriteAsync(context, 200, "text/plain", "User-agent: *\nDisallow: /deny\n"),
            ["gzip"] => GzipAsync(context),
            ["cookies", ..] => CookiesAsync(context, path[1..]),
            _ => SampleServer.NotFoundAsync(context),
        };
    }

    private static Task ForMethod(HttpContext context, string method, Func<HttpContext, Task> answer)
    {
        string asked = context.Request.Method;
        if (asked == method || method == "GET" && HttpMethods.IsHead(asked))
        {
            return answer(context);
        }

        context.Response.Headers.Allow = method;
        return SampleServer.WriteAsync(context, 405, "text/plain; charset=utf-8", "Method Not Allowed\n");
    }

    // One code, or several with weights: 200:0.9,503:0.1.
    private static Task StatusAsync(HttpContext context, string codes)
    {
        List<(int Code, double Weight)> choices = [];
        foreach (string choice in codes.Split(','))
        {
            string[] parts = choice.Split(':');
            if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is < 200 or > 599)
            {
                return BadRequestAsync(context, $"invalid status code: {choice}");
            }

            double weight = 1;
            if (parts.Length > 1 && !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight))
            {
                return BadRequestAsync(context, $"invalid weight: {choice}");
            }

            choices.Add((code, weight));
        }

        double draw = Random.Shared.NextDouble() * choices.Sum(c => c.Weight);
        int chosen = choices[^1].Code;
        foreach ((int code, double weight) in choices)
        {
            draw -= weight;
            if (draw < 0)
            {
                chosen = code;
                break;
            }
        }

        return StatusAsync(context, chosen);
    }

    private static Task StatusAsync(HttpContext context, int code)
    {
        switch (code)
        {
            case 204 or 205 or 304:
                context.Response.StatusCode = code;
                return Task.CompletedTask;
            case 301 or 302 or 303 or 307 or 308:
                context.Response.Headers.Location = "/redirect/1";
                break;
            case 401:
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"Fake Realm\"";
                break;
            case 407:
                context.Response.Headers.ProxyAuthenticate = "Basic realm=\"Fake Realm\"";
                break;
            case 418:
                context.Response.Headers["X-More-Info"] = "http://tools.ietf.org/html/rfc2324";
                return SampleServer.WriteAsync(context, code, "text/plain", "I'm a teapot!\n");
            default:
                break;
        }

        return SampleServer.WriteAsync(context, code, "text/plain; charset=utf-8", "");
    }

    private static async Task DelayAsync(HttpContext context, string text)
    {
        if (!double.TryParse(text.TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            await BadRequestAsync(context, $"invalid duration: {text}");
            return;
        }

        await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, MaxDelaySeconds)), context.RequestAborted);
        await Echo.RequestAsync(context);
    }

    private static Task ResponseHeadersAsync(HttpContext context)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            context.Response.Headers[name] = values;
        }

        return Echo.MapAsync(context, context.Request.Query);
    }

    private static Task RedirectAsync(HttpContext context, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > MaxRedirects)
        {
            return BadRequestAsync(context, $"redirect count must be a number from 1 to {MaxRedirects}");
        }

        context.Response.Headers.Location = count == 1 ? "/get" : $"/relative-redirect/{count - 1}";
        return SampleServer.WriteAsync(context, 302, "text/plain; charset=utf-8", "");
    }

    private static Task RedirectToAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        if (query["url"].ToString() is not { Length: > 0 } url)
        {
            return BadRequestAsync(context, "missing url parameter");
        }

        bool given = int.TryParse(query["status_code"].ToString(), out int status);
        context.Response.Headers.Location = url;
        return SampleServer.WriteAsync(context, given && status is >= 300 and < 400 ? status : 302, "text/plain; charset=utf-8", "");
    }

    private static Task BasicAuthAsync(HttpContext context, string user, string password)
    {
        string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        bool authorized = context.Request.Headers.Authorization.ToString() == expected;
        if (!authorized)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Fake Realm\"";
        }

        return Echo.WriteAsync(context, authorized ? 200 : 401, writer =>
        {
            writer.WriteBoolean("authenticated", authorized);
            writer.WriteBoolean("authorized", authorized);
            writer.WriteString("user", user);
        });
    }

    private static Task BytesAsync(HttpContext context, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return BadRequestAsync(context, $"invalid byte count: {text}");
        }

        byte[] bytes = new byte[Math.Min(count, MaxBytes)];
        bool seeded = int.TryParse(context.Request.Query["seed"].ToString(), out int seed);
        (seeded ? new Random(seed) : Random.Shared).NextBytes(bytes);
        return SampleServer.WriteAsync(context, 200, "application/octet-stream", bytes);
    }

    private static async Task StreamAsync(HttpContext context, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            await BadRequestAsync(context, $"invalid line count: {text}");
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        for (int id = 0; id < Math.Min(count, MaxLines); id++)
        {
            await context.Response.WriteAsync(Echo.StreamLine(context, id), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task GzipAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await using (GZipStream gzip = new(body, CompressionLevel.Fastest))
        {
            gzip.Write(Echo.Describe(context, writer => writer.WriteBoolean("gzipped", true)));
        }

        context.Response.Headers.ContentEncoding = "gzip";
        await SampleServer.WriteAsync(context, 200, "application/json; charset=utf-8", body.ToArray());
    }

    private static Task CookiesAsync(HttpContext context, string[] action)
    {
        switch (action)
        {
            case []:
                return Echo.WriteAsync(context, 200, writer =>
                {
                    writer.WriteStartObject("cookies");
                    foreach ((string name, string value) in context.Request.Cookies)
                    {
                        writer.WriteString(name, value);
                    }

                    writer.WriteEndObject();
                });
            case ["set"] or ["delete"]:
                foreach (var (name, values) in context.Request.Query)
                {
                    string end = action[0] == "delete" ? "; Max-Age=0" : "";
                    context.Response.Headers.Append("Set-Cookie", $"{name}={Uri.EscapeDataString(values.ToString())}; Path=/; HttpOnly{end}");
                }

                context.Response.Headers.Location = "/cookies";
                return SampleServer.WriteAsync(context, 302, "text/plain; charset=utf-8", "");
            default:
                return SampleServer.NotFoundAsync(context);
        }
    }

    private static Task BadRequestAsync(HttpContext context, string message) => Echo.WriteAsync(context, 400, writer =>
    {
        writer.WriteNumber("status_code", 400);
        writer.WriteString("error", "Bad Request");
        writer.WriteString("detail", message);
    });
}
