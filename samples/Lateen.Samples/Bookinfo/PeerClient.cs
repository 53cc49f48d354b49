namespace Lateen.Samples.Bookinfo;

/// <summary>Calls another service of the application.</summary>
internal static class PeerClient
{
    // A new connection per call, as the original services make: without a mesh, that is what spreads calls over a Service's pods.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The status and body; status 0 when there was no answer in time.</summary>
    public static async Task<(int Status, string Body)> GetAsync(HttpRequest cause, string url, string? user, TimeSpan timeout)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cause.HttpContext.RequestAborted);
        limit.CancelAfter(timeout);
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        TracingHeaders.Copy(cause, request, user);
        try
        {
            using HttpResponseMessage response = await Client.SendAsync(request, limit.Token);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token));
        }
        catch (HttpRequestException failure)
        {
            Console.WriteLine($"GET {url} failed: {failure.Message}");
            return (0, "");
        }
        catch (OperationCanceledException) when (!cause.HttpContext.RequestAborted.IsCancellationRequested)
        {
            Console.WriteLine($"GET {url} gave no answer within {timeout.TotalSeconds:0.0} s");
            return (0, "");
        }
    }
}
