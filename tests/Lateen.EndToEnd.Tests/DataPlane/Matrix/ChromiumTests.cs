namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>A real browser through the shipped proxy: HTTP/1.1 in plaintext, HTTP/2 inside TLS.</summary>
public sealed class ChromiumTests(Cells cells) : IClassFixture<Cells>
{
    [Theory]
    [InlineData("http1", "http1", "HTTP/1.1")]
    [InlineData("http1", "http2", "HTTP/1.1")]
    [InlineData("tls-http2", "http1", "HTTP/2")]
    [InlineData("tls-http2", "http2", "HTTP/2")]
    public async Task Chromium_shows_a_page_and_what_its_script_fetched(string downstream, string upstream, string protocol)
    {
        string profile = Directory.CreateTempSubdirectory("lateen-chromium-").FullName;
        Outcome outcome = await Command.RunAsync("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--ignore-certificate-errors", $"--user-data-dir={profile}",
            "--virtual-time-budget=10000", "--dump-dom", cells.Url(downstream, upstream, "/page"),
        ], limit: TimeSpan.FromSeconds(90));
        Directory.Delete(profile, recursive: true);

        Assert.Contains("fetched 1000 bytes twenty times", outcome.Output, StringComparison.Ordinal);
        await cells.Proxy.LineAsync($"ACCESS {protocol} GET /bytes/1000 200");
    }
}
