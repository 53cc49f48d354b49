namespace Lateen.Fuzz;

using System.Globalization;
using Lateen.Fuzz.Targets;

/// <summary>Mutates good inputs of every codec and reader: lateen-fuzz [--seconds 60] [--seed N] [--target NAME] [--replay FILE].</summary>
internal static class Program
{
    private static FuzzTarget[] Targets =>
    [
        new Http1ServerTarget(), new Http1ClientTarget(), new Http2ServerTarget(), new Http2ClientTarget(), new HpackTarget(),
        new ClientHelloTarget(), new ProxyHeaderTarget(), new DnsReplyTarget(), new DnsQueryTarget(), new PathTarget(), new ClusterTarget(),
        new ListenerTarget(), new RouteTarget(), new EndpointsTarget(), new BootstrapTarget(), new LogFormatTarget(), new HeaderFormatTarget(),
        new RegexTarget(),
    ];

    private static int Main(string[] args)
    {
        Dictionary<string, string> options = args.Chunk(2).ToDictionary(static a => a[0], static a => a.Length > 1 ? a[1] : "");
        double seconds = Number(options, "--seconds", 60);
        var seed = (ulong)Number(options, "--seed", (double)(DateTime.UtcNow.Ticks % 1_000_000_000));
        FuzzTarget[] targets = [.. Targets.Where(t => options.GetValueOrDefault("--target", t.Name) == t.Name)];
        if (targets.Length == 0)
        {
            Console.Error.WriteLine($"fuzz: no such target; there are {string.Join(", ", Targets.Select(static t => t.Name))}");
            return 2;
        }

        string folder = Path.Combine(Repository.Root, "artifacts", "fuzz");
        if (options.TryGetValue("--replay", out string? file))
        {
            return Report(new Fuzzer(targets[0], seed, folder).Replay(File.ReadAllBytes(file)));
        }

        Console.WriteLine($"fuzz: {targets.Length} targets, {seconds:0} s, seed {seed}");
        int findings = 0;
        foreach (FuzzTarget target in targets)
        {
            var fuzzer = new Fuzzer(target, seed, folder);
            string? finding = fuzzer.Run(TimeSpan.FromSeconds(seconds / targets.Length));
            Console.WriteLine($"  {target.Name,-16} {fuzzer.Inputs,9:N0} inputs {fuzzer.Outcomes,6:N0} outcomes  {(finding is null ? "ok" : "FAILED")}");
            findings += Report(finding);
        }

        Console.WriteLine(findings == 0 ? "fuzz: nothing found" : $"fuzz: {findings} targets failed; try again with --seed {seed}");
        return findings == 0 ? 0 : 1;
    }

    private static int Report(string? finding)
    {
        if (finding is not null)
        {
            Console.Error.WriteLine($"fuzz: {finding}");
        }

        return finding is null ? 0 : 1;
    }

    private static double Number(Dictionary<string, string> options, string name, double whenAbsent) =>
        options.TryGetValue(name, out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double number)
            ? number : whenAbsent;
}
