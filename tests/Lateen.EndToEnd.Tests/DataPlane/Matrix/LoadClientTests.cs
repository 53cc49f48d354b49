namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>h2load and nghttp (Debian's nghttp2-client) through the shipped proxy.</summary>
public sealed class LoadClientTests(Cells cells) : IClassFixture<Cells>
{
    public static TheoryData<string, string> All => Cells.All;

    public static TheoryData<string, string> OverHttp2 => Cells.OverHttp2;

    [Theory]
    [MemberData(nameof(All))]
    public async Task H2load_sees_every_request_succeed(string downstream, string upstream)
    {
        string[] version = Cells.Version(downstream) == "http1" ? ["--h1"] : [];

        string text = (await Command.RunAsync(
            "h2load", ["-n", "4000", "-c", "4", "-m", "20", .. version, cells.Url(downstream, upstream, "/bytes/2000")])).Text();

        Assert.Contains("4000 succeeded, 0 failed, 0 errored, 0 timeout", text, StringComparison.Ordinal);
        Assert.Contains("status codes: 4000 2xx", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OverHttp2))]
    public async Task Nghttp_gets_many_streams_of_one_connection(string downstream, string upstream)
    {
        string[] urls = [.. Enumerable.Range(0, 20).Select(i => cells.Url(downstream, upstream, $"/bytes/{i * 5000}"))];

        string text = (await Command.RunAsync("nghttp", ["-n", "-s", "-t", "20", "--no-dep", .. urls])).Text();

        Assert.Equal(20, text.Split('\n').Count(static l => l.Contains(" 200 ", StringComparison.Ordinal)));
    }
}
