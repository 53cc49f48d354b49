namespace Lateen.EndToEnd.Tests.Harness;

using System.Diagnostics;
using System.Net;

/// <summary>The bookinfo application in the mesh, deployed once for the tests that steer it.</summary>
public sealed class Bookinfo : IAsyncLifetime
{
    public static readonly TimeSpan InEffect = TimeSpan.FromSeconds(5);

    public LocalCluster Cluster { get; } = new();

    private Outside? _outside;

    internal Uri Ingress { get; private set; } = new("http://127.0.0.1/");

    internal static string Sample(string path) => Path.Combine(Place.Samples, "bookinfo", path);

    public async ValueTask InitializeAsync()
    {
        if (LocalCluster.Impossible is not null)
        {
            return;
        }

        _outside = await Outside.StartAsync();
        Cluster.UpArguments = _outside.UpArguments;
        await Cluster.InitializeAsync();
        try
        {
            await DeployAsync();
        }
        catch (Exception)
        {
            // Nobody disposes a fixture that failed to start, and its cluster would go on.
            await Cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _outside?.Dispose();
        await Cluster.DisposeAsync();
    }

    private async Task DeployAsync()
    {
        await Cluster.KubectlAsync("label namespace default istio-injection=enabled --overwrite");
        await Cluster.KubectlAsync($"apply -f {Sample("platform/kube/bookinfo.yaml")}");
        await Cluster.KubectlAsync($"apply -f {Sample("networking/bookinfo-gateway.yaml")}");
        await Cluster.KubectlAsync("wait --for=condition=Available deployment --all --timeout=60s");
        Ingress = await Cluster.IngressAsync();
        using HttpClient client = Client();
        await Until.TrueAsync(async () => (await GetPageAsync(client)).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(20), () => "the product page");
    }

    /// <summary>Forgets all traffic rules but the gateway's.</summary>
    internal async Task ResetAsync()
    {
        await Cluster.KubectlAsync("delete virtualservice productpage reviews ratings details --ignore-not-found");
        await Cluster.KubectlAsync($"apply -f {Sample("networking/destination-rule-all.yaml")}");
    }

    /// <summary>Applies a file of samples/bookinfo/networking and waits until a page shows what is expected.</summary>
    internal async Task ApplyAsync(string file, string? user, Func<Page, bool> expected)
    {
        await Cluster.KubectlAsync($"apply -f {Sample("networking/" + file)}");
        using HttpClient client = await SignedInAsync(user);
        Page last = default;
        int inARow = 0;
        await Until.TrueAsync(
            async () =>
            {
                last = await GetPageAsync(client);
                inARow = expected(last) ? inARow + 1 : 0;
                return inARow >= 3;
            },
            TimeSpan.FromSeconds(60),
            () => $"{file} in effect; last page: {last.Status} in {last.Elapsed}\n{last.Html}");
    }

    internal HttpClient Client() => new(new SocketsHttpHandler { UseCookies = true, CookieContainer = new CookieContainer(), UseProxy = false })
    {
        BaseAddress = Ingress,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>A browser session, signed in when a user is given.</summary>
    internal async Task<HttpClient> SignedInAsync(string? user)
    {
        HttpClient client = Client();
        if (user is not null)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = user, ["passwd"] = "" });
            using HttpResponseMessage response = await client.PostAsync(new Uri("login", UriKind.Relative), form);
            Assert.True(response.IsSuccessStatusCode, $"login answered {response.StatusCode}");
        }

        return client;
    }

    internal static async Task<Page> GetPageAsync(HttpClient client)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("productpage", UriKind.Relative));
            string html = await response.Content.ReadAsStringAsync();
            return new Page(response.StatusCode, html, Stopwatch.GetElapsedTime(started));
        }
        catch (HttpRequestException e)
        {
            return new Page(0, e.Message, Stopwatch.GetElapsedTime(started));
        }
    }
}

/// <summary>One rendering of the product page.</summary>
internal readonly record struct Page(HttpStatusCode Status, string Html, TimeSpan Elapsed)
{
    public bool Ok => Status == HttpStatusCode.OK;

    public bool HasBlackStars => Html.Contains("color=\"black\"", StringComparison.Ordinal);

    public bool HasRedStars => Html.Contains("color=\"red\"", StringComparison.Ordinal);

    public bool HasNoStars => Ok && !HasBlackStars && !HasRedStars && Html.Contains("Reviewer1", StringComparison.Ordinal);

    public bool Says(string text) => Html.Contains(text, StringComparison.Ordinal);
}
