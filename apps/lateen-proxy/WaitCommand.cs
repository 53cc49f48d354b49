namespace Lateen.ProxyApp;

using System.Globalization;

/// <summary>Waits until the proxy of this pod is ready; used by a postStart hook that holds the application back.</summary>
internal static class WaitCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        int seconds = Number(args, "--timeoutSeconds", 60);
        int period = Number(args, "--periodMillis", 500);
        string url = Text(args, "--url") ?? "http://localhost:15021/healthz/started";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        string last = "no attempt";
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(url), deadline.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return 0;
                }

                last = $"status {(int)response.StatusCode}";
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                last = e.Message;
            }

            await Task.Delay(period, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Console.Error.WriteLineAsync($"lateen-proxy: not ready after {seconds} s: {last}").ConfigureAwait(false);
        return 1;
    }

    private static int Number(string[] args, string name, int fallback) =>
        int.TryParse(Text(args, name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : fallback;

    private static string? Text(string[] args, string name)
    {
        int index = Array.FindIndex(args, a => a == name || a.StartsWith(name + "=", StringComparison.Ordinal));
        if (index < 0)
        {
            return null;
        }

        return args[index] == name ? args.ElementAtOrDefault(index + 1) : args[index][(name.Length + 1)..];
    }
}
