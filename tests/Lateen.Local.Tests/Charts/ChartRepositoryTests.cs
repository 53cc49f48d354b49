namespace Lateen.Local.Tests.Charts;

using System.Net;
using System.Security.Cryptography;
using Lateen.Local.Charts;

public sealed class ChartRepositoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-charts").FullName;

    public ChartRepositoryTests()
    {
        string chart = Path.Combine(_folder, "base");
        Directory.CreateDirectory(Path.Combine(chart, "templates"));
        File.WriteAllText(Path.Combine(chart, "Chart.yaml"), "apiVersion: v2\nname: base\nversion: 1.2.3\n");
        File.WriteAllText(Path.Combine(chart, "templates", "a.yaml"), "kind: ConfigMap\n");
        Directory.CreateDirectory(Path.Combine(_folder, "values"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_chart_gives_the_same_bytes()
    {
        ChartPackage first = ChartPackage.Pack(Path.Combine(_folder, "base"));
        ChartPackage second = ChartPackage.Pack(Path.Combine(_folder, "base"));

        Assert.Equal("base-1.2.3.tgz", first.FileName);
        Assert.Equal(first.Archive, second.Archive);
    }

    [Fact]
    public async Task The_repository_serves_an_index_whose_digest_is_that_of_the_package()
    {
        using ChartRepository repository = new(_folder, 0);
        Task running = repository.RunAsync();
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{repository.Port}/") };
        CancellationToken cancel = TestContext.Current.CancellationToken;

        string index = await http.GetStringAsync("index.yaml", cancel);
        byte[] package = await http.GetByteArrayAsync("base-1.2.3.tgz", cancel);
        using HttpResponseMessage missing = await http.GetAsync("values-1.tgz", cancel);

        Assert.Contains($"digest: {Convert.ToHexStringLower(SHA256.HashData(package))}", index, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        repository.Dispose();
        await running;
    }
}
