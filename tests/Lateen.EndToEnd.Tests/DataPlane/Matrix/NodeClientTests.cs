namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using System.Text.Json.Nodes;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Trailers, and bodies of a gigabyte, with the HTTP clients of Node.js over every pair of versions.</summary>
public sealed class NodeClientTests(Cells cells) : IClassFixture<Cells>
{
    private const long Gigabyte = 1L << 30;

    // What a proxy without bounds would pass at once; the whole process needs far less than a body.
    private const long MostGrowth = 64L << 20;

    public static TheoryData<string, string> All => Cells.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Trailers_pass_both_ways(string downstream, string upstream)
    {
        JsonNode result = await RunAsync(downstream, "trailers", upstream, "/trailers", 0);

        Assert.Equal("""{"body":"the body","trailers":{"x-request-trailer":"from the client"}}""", (string?)result["text"]);
        Assert.Equal("the end", (string?)result["trailers"]?["x-after"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_early_answer_arrives_while_the_body_is_still_being_sent(string downstream, string upstream)
    {
        JsonNode result = await RunAsync(downstream, "early", upstream, "/early", 0, status: 413);

        Assert.Equal("too much\n", (string?)result["text"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_gigabyte_goes_up_unchanged_and_in_flat_memory(string downstream, string upstream)
    {
        await RunAsync(downstream, "upload", upstream, "/sink", 1 << 20);
        long before = cells.Proxy.ResidentBytes;

        await using var memory = new MemoryWatch(cells.Proxy);
        JsonNode result = await RunAsync(downstream, "upload", upstream, "/sink", Gigabyte);

        JsonNode? seen = JsonNode.Parse((string?)result["text"] ?? "{}");
        Assert.Equal(Gigabyte, (long?)seen?["bytes"]);
        Assert.Equal((string?)result["sent"], (string?)seen?["sha256"]);
        Assert.InRange(memory.Highest - before, long.MinValue, MostGrowth);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_gigabyte_comes_down_unchanged_and_in_flat_memory(string downstream, string upstream)
    {
        await RunAsync(downstream, "download", upstream, "/blocks/1048576", 0);
        long before = cells.Proxy.ResidentBytes;

        await using var memory = new MemoryWatch(cells.Proxy);
        JsonNode result = await RunAsync(downstream, "download", upstream, $"/blocks/{Gigabyte}", 0);

        Assert.Equal(Gigabyte, (long?)result["count"]);
        Assert.Equal((string?)result["sent"], (string?)result["received"]);
        Assert.InRange(memory.Highest - before, long.MinValue, MostGrowth);
    }

    private async Task<JsonNode> RunAsync(string downstream, string mode, string upstream, string path, long bytes, int status = 200)
    {
        string[] trust = Cells.IsTls(downstream) ? [cells.AuthorityFile] : [];
        string text = await NodeProgram.RunAsync("http-client.mjs",
        [
            Cells.Version(downstream), mode, cells.Url(downstream, upstream, path),
            bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), .. trust,
        ]);
        JsonNode result = JsonNode.Parse(text) ?? throw new InvalidOperationException(text);
        Assert.Equal(status, (int?)result["status"]);
        return result;
    }
}
