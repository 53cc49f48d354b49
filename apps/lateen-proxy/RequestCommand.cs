namespace Lateen.ProxyApp;

/// <summary>Asks the admin interface of this pod and prints the answer, as pilot-agent request does.</summary>
internal static class RequestCommand
{
    private const string DefaultAdminPort = "15000";

    public static async Task<int> RunAsync(string[] args)
    {
        List<string> words = [.. args.Where(static a => !a.StartsWith("--", StringComparison.Ordinal))];
        if (words.Count < 2)
        {
            await Console.Error.WriteLineAsync("usage: lateen-proxy request GET|POST PATH").ConfigureAwait(false);
            return 2;
        }

        string? port = args.FirstOrDefault(static a => a.StartsWith("--debug-port=", StringComparison.Ordinal))?["--debug-port=".Length..];
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var url = new Uri($"http://localhost:{port ?? DefaultAdminPort}/{words[1].TrimStart('/')}");
        using var request = new HttpRequestMessage(new HttpMethod(words[0].ToUpperInvariant()), url);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request).ConfigureAwait(false);
            string body = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                await Console.Error.WriteLineAsync($"Error: {(int)response.StatusCode} {body}").ConfigureAwait(false);
                return 1;
            }

            await Console.Out.WriteAsync(body).ConfigureAwait(false);
            return 0;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"Error: {url}: {e.Message}").ConfigureAwait(false);
            return 1;
        }
    }
}
