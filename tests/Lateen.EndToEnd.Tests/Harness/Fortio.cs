namespace Lateen.EndToEnd.Tests.Harness;

using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>A steady load from this machine, with fortio's flags and words, that ends by itself.</summary>
internal sealed partial class Fortio
{
    private readonly Task<Outcome> _run;

    private Fortio(Task<Outcome> run) => _run = run;

    /// <summary>True while requests are still being made.</summary>
    public bool IsRunning => !_run.IsCompleted;

    public static Fortio Start(Uri target, int connections, int requestsPerSecond, TimeSpan duration) => new(Command.RunAsync(
        Path.Combine(Place.Root, "artifacts", "bin", "lateen-samples"),
        [
            "fortio", "load", "-quiet", "-c", connections.ToString(CultureInfo.InvariantCulture),
            "-qps", requestsPerSecond.ToString(CultureInfo.InvariantCulture), "-t", $"{(int)duration.TotalSeconds}s", target.ToString(),
        ]));

    /// <summary>Waits for the end; every answer must have been 200, and nearly as many as asked for.</summary>
    public async Task AssertOnlyCode200Async(int atLeast)
    {
        string text = await TextAsync();
        Dictionary<string, int> codes = Codes().Matches(text).ToDictionary(
            m => m.Groups["code"].Value, m => int.Parse(m.Groups["count"].ValueSpan, CultureInfo.InvariantCulture));
        Assert.True(codes.Keys.SequenceEqual(["200"]), $"not only Code 200:\n{text}");
        Assert.True(codes["200"] >= atLeast, $"only {codes["200"]} of at least {atLeast} requests:\n{text}");
    }

    private async Task<string> TextAsync()
    {
        Outcome outcome = await _run;
        return outcome.Output + outcome.Error;
    }

    [GeneratedRegex(@"^Code\s+(?<code>-?\d+) : (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Codes();
}
