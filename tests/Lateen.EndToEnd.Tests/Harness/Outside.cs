namespace Lateen.EndToEnd.Tests.Harness;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

/// <summary>The Internet of the tests: an httpbin on this machine that the cluster reaches by names of the outside.</summary>
internal sealed class Outside : IDisposable
{
    private static readonly string[] Names = ["httpbin.org", "www.google.com", "edition.cnn.com"];
    private readonly Process _httpbin;
    private readonly int _port = FreePort();

    private Outside()
    {
        string program = Path.Combine(Place.Root, "artifacts", "bin", "lateen-samples");
        _httpbin = Process.Start(new ProcessStartInfo(program, ["httpbin", _port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        _httpbin.OutputDataReceived += static (_, _) => { };
        _httpbin.BeginOutputReadLine();
    }

    /// <summary>The arguments of `lateen up` that make its names known.</summary>
    public string[] UpArguments => [.. Names.SelectMany(name => new[] { "--external", $"{name}:80=127.0.0.1:{_port}" })];

    public static async Task<Outside> StartAsync()
    {
        var outside = new Outside();
        using var client = new HttpClient();
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{outside._port}/get"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(10), () => "the outside's httpbin");
        return outside;
    }

    public void Dispose()
    {
        _httpbin.Kill();
        _httpbin.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
