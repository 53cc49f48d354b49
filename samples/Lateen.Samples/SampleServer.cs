namespace Lateen.Samples;

using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Hosting;

/// <summary>The HTTP server that all samples share: one handler, one log line per request, a quick end on SIGTERM.</summary>
internal static class SampleServer
{
    // Requests in flight may finish; a pod's sidecar outlives this.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string service, int port, Func<HttpContext, Task> handle)
    {
        // The other builders watch appsettings.json: one inotify instance each, of 128 that a user may have on the whole machine.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = DrainTime);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 10 * 1024 * 1024;
            options.ListenAnyIP(port);
        });

        WebApplication app = builder.Build();
        app.Run(context => LogAsync(context, handle));
        await app.StartAsync();
        Console.WriteLine($"{service} is listening on port {port}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Writes a whole answer with its length, so that keep-alive works without chunks.</summary>
    public static Task WriteAsync(HttpContext context, int status, string contentType, string body) =>
        WriteAsync(context, status, contentType, Encoding.UTF8.GetBytes(body));

    public static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    public static Task JsonAsync(HttpContext context, int status, string body) =>
        WriteAsync(context, status, "application/json", body);

    public static Task NotFoundAsync(HttpContext context) => WriteAsync(context, 404, "text/plain", "not found\n");

    private static async Task LogAsync(HttpContext context, Func<HttpContext, Task> handle)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            await handle(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = 499;
        }
        finally
        {
            HttpRequest request = context.Request;
            string id = request.Headers["x-request-id"].ToString();
            long milliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Console.WriteLine(
                $"{request.Method} {request.Path}{request.QueryString} {context.Response.StatusCode} {milliseconds}ms {(id.Length > 0 ? id : "-")}");
        }
    }
}
