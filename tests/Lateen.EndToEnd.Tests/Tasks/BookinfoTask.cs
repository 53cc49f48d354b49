namespace Lateen.EndToEnd.Tests.Tasks;

using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>What the tasks with bookinfo have in common: pages by curl, as an anonymous or a signed-in visitor.</summary>
internal sealed class BookinfoTask : IAsyncDisposable
{
    private readonly string _cookies = Path.Combine(Path.GetTempPath(), $"lateen-cookies-{Guid.NewGuid():N}");

    private BookinfoTask(Shell shell)
    {
        Shell = shell;
    }

    public static Func<string, bool> NoStars { get; } = page => page.Contains("Reviewer1", StringComparison.Ordinal) && !HasStars(page);

    public static Func<string, bool> BlackStars { get; } = page => page.Contains("color=\"black\"", StringComparison.Ordinal);

    public static Func<string, bool> RedStars { get; } = page => page.Contains("color=\"red\"", StringComparison.Ordinal);

    public Shell Shell { get; }

    /// <summary>Begins with the subsets and no rules; ends without rules.</summary>
    public static async Task<BookinfoTask> StartAsync(Bookinfo bookinfo)
    {
        await bookinfo.ResetAsync();
        Shell shell = await bookinfo.Cluster.ShellWithIngressAsync();
        shell.AtEnd("kubectl delete virtualservice productpage reviews ratings details --ignore-not-found");
        return new BookinfoTask(shell);
    }

    public static bool Says(string page, string text) => page.Contains(text, StringComparison.Ordinal);

    public Task SignInAsync(string user) => Shell.UntilAsync(
        $"curl -s -o /dev/null -w '%{{http_code}}' -c {_cookies} -d 'username={user}&passwd=' \"http://$GATEWAY_URL/login\"",
        static code => code == "302");

    /// <summary>The page and, on a last line, the seconds it took.</summary>
    public string Page(bool user = false) =>
        $"curl -s {(user ? $"-b {_cookies} " : "")}-w '\\n%{{time_total}}\\n' \"http://$GATEWAY_URL/productpage\"";

    /// <summary>Three in a row: there may be several proxies on the way, and each learns at its own time.</summary>
    public Task<string> UntilPageAsync(Func<string, bool> expected, bool user = false) =>
        Shell.UntilAsync(Page(user), expected, TimeSpan.FromSeconds(60), inARow: 3);

    public static double Seconds(string page) => double.Parse(page.Split('\n')[^1], CultureInfo.InvariantCulture);

    /// <summary>How many of so many pages have a text, or lack it.</summary>
    public async Task<int> CountPagesAsync(int pages, string text, bool present = true, bool user = false)
    {
        // A page that did not come lacks the text too, and must not count.
        string test = present ? $"grep -q '{text}'" : $"{{ page=$(cat); grep -q Reviewer1 <<<\"$page\" && ! grep -q '{text}' <<<\"$page\"; }}";
        string count = await Shell.RunAsync(
            $"for i in $(seq 1 {pages}); do if {Page(user)} | {test}; then echo yes; fi; done | grep -c yes || true");
        return int.Parse(count, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.DisposeAsync();
        File.Delete(_cookies);
    }

    private static bool HasStars(string page) => BlackStars(page) || RedStars(page);
}
