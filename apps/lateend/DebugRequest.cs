namespace Lateen.Lateend;

/// <summary>`pilot-discovery request GET PATH`: prints what the control plane in the same pod answers.</summary>
internal static class DebugRequest
{
    public static async Task<int> RunAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:8080/") };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri(path.TrimStart('/'), UriKind.Relative));
            Console.Write(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException e)
        {
            Console.Error.WriteLine($"no control plane answers on port 8080 of this pod: {e.Message}");
            return 1;
        }
    }
}
