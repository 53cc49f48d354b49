namespace Lateen.CommandLine.Cluster;

using System.Diagnostics;

/// <summary>
/// Values given to `up`. Without any, the committed manifests are applied; with some, the charts are rendered again by helm, since
/// nothing else renders a chart the way helm does.
/// </summary>
internal sealed class ChartValues(IReadOnlyList<string> set, IReadOnlyList<string> files)
{
    private static readonly string[] Charts = ["base", "istiod", "gateway"];

    public bool IsEmpty => set.Count == 0 && files.Count == 0;

    /// <summary>The manifest of a chart: release name as `up` installs it.</summary>
    public async Task<string> RenderAsync(string chart, string release, CancellationToken cancel)
    {
        if (IsEmpty)
        {
            return Resources.Read($"charts/{chart}.yaml");
        }

        string root = Path.GetDirectoryName(Installation.Artifacts) ?? "/";
        var start = new ProcessStartInfo(FindHelm(root)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in Arguments(chart, release, root))
        {
            start.ArgumentList.Add(argument);
        }

        using Process helm = Process.Start(start) ?? throw new CommandFailure("helm did not start");
        Task<string> error = helm.StandardError.ReadToEndAsync(cancel);
        string output = await helm.StandardOutput.ReadToEndAsync(cancel);
        await helm.WaitForExitAsync(cancel);
        return helm.ExitCode == 0
            ? output
            : throw new CommandFailure($"helm refused the values for chart {chart}: {(await error).Trim()}", CommandTree.DataError);
    }

    internal IEnumerable<string> Arguments(string chart, string release, string root)
    {
        string local = Path.Combine(root, "charts", "values", $"{chart}-local.yaml");
        List<string> arguments = ["template", release, Path.Combine(root, "charts", chart), "--namespace", "istio-system", "--no-hooks"];
        if (File.Exists(local))
        {
            arguments.AddRange(["-f", local]);
        }

        if (chart == "istiod")
        {
            arguments.AddRange(files.SelectMany(f => new[] { "-f", f }));
        }

        foreach (string value in set)
        {
            (string target, string rest) = Split(value);
            if (target == chart)
            {
                arguments.AddRange(["--set", rest]);
            }
        }

        return arguments;
    }

    // base.x, istiod.x and gateway.x go to that chart; anything else to istiod, where most values belong.
    private static (string Chart, string Value) Split(string value)
    {
        int dot = value.IndexOf('.');
        string first = dot < 0 ? "" : value[..dot];
        bool names = Charts.Contains(first) && !value.StartsWith("base.excluded", StringComparison.Ordinal);
        return names ? (first, value[(dot + 1)..]) : ("istiod", value);
    }

    private static string FindHelm(string root)
    {
        IEnumerable<string> candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, "helm"))
            .Append(Path.Combine(root, "artifacts", "tools", "v35", "helm", "helm"));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new CommandFailure(
                "--set and -f need helm to render the charts, and none is on PATH; install helm, or run `make test-deps` for one");
    }
}
