namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>curl through the shipped proxy, over every pair of versions.</summary>
public sealed class CurlTests(Cells cells) : IClassFixture<Cells>
{
    public static TheoryData<string, string> All => Cells.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Curl_gets_headers_and_body(string downstream, string upstream)
    {
        JsonNode seen = JsonNode.Parse(await CurlAsync(downstream, upstream, "/headers?q=1", "-H", "x-one: 1", "-H", "cookie: a=b"))
            ?? throw new InvalidOperationException("no answer");

        Assert.Equal(upstream == "http2" ? "2.0" : "1.1", (string?)seen["version"]);
        Assert.Equal(("GET", "/headers?q=1"), ((string?)seen["method"], (string?)seen["path"]));
        string host = (string?)seen["headers"]?[upstream == "http2" ? ":authority" : "host"] ?? "";
        Assert.StartsWith("localhost:", host, StringComparison.Ordinal);
        Assert.Equal(("1", "a=b"), ((string?)seen["headers"]?["x-one"], (string?)seen["headers"]?["cookie"]));
        Assert.Equal(Cells.IsTls(downstream) ? "https" : "http", (string?)seen["headers"]?["x-forwarded-proto"]);
        Assert.Null(seen["headers"]?["transfer-encoding"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Curl_posts_a_body_of_known_and_of_unknown_length(string downstream, string upstream)
    {
        byte[] body = RandomNumberGenerator.GetBytes(1_500_000);
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, body, TestContext.Current.CancellationToken);
        string expected = Convert.ToHexStringLower(SHA256.HashData(body));

        string known = await CurlAsync(downstream, upstream, "/sink", "--data-binary", $"@{file}");
        string unknown = await CurlAsync(
            downstream, upstream, "/sink", "-T", file, "-X", "POST", "-H", "transfer-encoding: chunked", "-H", "expect: 100-continue");
        File.Delete(file);

        Assert.Contains(expected, known, StringComparison.Ordinal);
        Assert.Contains(expected, unknown, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Curl_gets_answers_without_a_body_and_goes_on_with_the_same_connection(string downstream, string upstream)
    {
        string url = cells.Url(downstream, upstream, "");
        string[] common = ["-s", "--max-time", "20", .. cells.Curl(downstream), "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{num_connects}\n"];
        string[][] calls = [["-I", $"{url}/bytes/1000"], [$"{url}/status/204"], [$"{url}/status/304"], [$"{url}/bytes/7"]];

        // This curl cannot use a connection of HTTP/2 with prior knowledge twice, whatever the server.
        if (downstream == "http2")
        {
            string each = "";
            foreach (string[] call in calls)
            {
                each += (await Command.RunAsync("curl", [.. common, .. call])).Text();
            }

            Assert.Equal("200 0 1\n204 0 1\n304 0 1\n200 7 1\n", each);
            return;
        }

        Outcome outcome = await Command.RunAsync(
            "curl", calls.SelectMany((call, i) => (string[])[.. i == 0 ? [] : (string[])["--next"], .. common, .. call]));

        Assert.Equal("200 0 1\n204 0 0\n304 0 0\n200 7 0\n", outcome.Text());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Curl_gets_early_hints_before_the_answer(string downstream, string upstream)
    {
        string text = await CurlAsync(downstream, upstream, "/hints", "-i");

        int hints = text.IndexOf(" 103", StringComparison.Ordinal);
        int answer = text.IndexOf(" 200", StringComparison.Ordinal);
        Assert.True(hints >= 0 && hints < answer, text);
        Assert.Contains("rel=preload", text, StringComparison.Ordinal);
        Assert.EndsWith("after hints\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_reset_upstream_stream_is_told_to_curl(string downstream, string upstream)
    {
        string text = await CurlAsync(downstream, upstream, "/reset", "-i");

        Assert.Contains(" 503", text, StringComparison.Ordinal);
        Assert.Contains("upstream connect error or disconnect/reset before headers. reset reason: ", text, StringComparison.Ordinal);
        Outcome cut = await Command.RunAsync(
            "curl", ["-s", "--max-time", "20", .. cells.Curl(downstream), cells.Url(downstream, upstream, "/half")]);
        Assert.NotEqual(0, cut.ExitCode);
    }

    private async Task<string> CurlAsync(string downstream, string upstream, string path, params string[] more) =>
        (await Command.RunAsync(
            "curl", ["-s", "--max-time", "20", .. cells.Curl(downstream), .. more, cells.Url(downstream, upstream, path)])).Text();
}
