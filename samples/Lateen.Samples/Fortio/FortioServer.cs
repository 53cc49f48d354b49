namespace Lateen.Samples.Fortio;

using System.Globalization;
using System.Text;

/// <summary>fortio server: echoes what it got, with the status, delay and size that the query asks for.</summary>
internal static class FortioServer
{
    private const int MaxSize = 1024 * 1024;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(60);

    public static Task<int> RunAsync(string[] args) =>
        SampleServer.RunAsync("fortio", Settings.Port(args, 8080), static context => context.Request.Path.Value switch
        {
            "/debug" => DebugAsync(context),
            "/fortio/" or "/fortio" => SampleServer.WriteAsync(context, 200, "text/plain; charset=utf-8", "fortio: see /echo and /debug\n"),
            _ => EchoAsync(context),
        });

    private static async Task EchoAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        if (GoDuration.Parse(query["delay"].ToString()) is { } delay)
        {
            await Task.Delay(delay < MaxDelay ? delay : MaxDelay, context.RequestAborted);
        }

        int status = Status(query["status"].ToString(), Random.Shared.NextDouble() * 100);
        byte[] body;
        if (int.TryParse(query["size"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
        {
            body = new byte[Math.Min(size, MaxSize)];
            body.AsSpan().Fill((byte)'.');
        }
        else
        {
            using MemoryStream copy = new();
            await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
            body = copy.ToArray();
        }

        await SampleServer.WriteAsync(context, status, context.Request.ContentType ?? "text/plain", body);
    }

    /// <summary>One code (503), or codes with percentages (503:20,404:10) of which the rest is 200.</summary>
    internal static int Status(string codes, double drawnPercent)
    {
        foreach (string choice in codes.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = choice.Split(':');
            double percent = 100;
            if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is < 200 or > 599
                || (parts.Length > 1 && !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)))
            {
                return 400;
            }

            drawnPercent -= percent;
            if (drawnPercent < 0)
            {
                return code;
            }
        }

        return 200;
    }

    private static async Task DebugAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        StringBuilder text = new($"{request.Method} {request.Path}{request.QueryString} {request.Protocol}\n");
        foreach ((string name, var value) in request.Headers.OrderBy(static h => h.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }

        using StreamReader body = new(request.Body);
        text.Append("\nbody:\n").Append(await body.ReadToEndAsync(context.RequestAborted)).Append('\n');
        await SampleServer.WriteAsync(context, 200, "text/plain; charset=utf-8", text.ToString());
    }
}
