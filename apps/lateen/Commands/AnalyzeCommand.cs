namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Analysis;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Output;
using Lateen.Control.Analysis;
using Lateen.Control.Config;
using Lateen.Control.Injection;
using Lateen.Kubernetes;

/// <summary>lateen analyze: what is wrong with a cluster, with files, or with a cluster once files are applied.</summary>
internal sealed class AnalyzeCommand
{
    private const int FoundIssues = 79;

    private readonly KubeOptions _kube = new();
    private readonly Option<string> _istioNamespace = Options.IstioNamespace();
    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "namespace to analyze",
        DefaultValueFactory = _ => "default",
    };
    private readonly Option<bool> _all = new("--all-namespaces", "-A") { Description = "analyze every namespace" };
    private readonly Option<bool> _recursive = new("--recursive", "-R") { Description = "read folders within folders too" };
    private readonly Option<bool> _list = new("--list-analyzers", "-L") { Description = "list the analyzers" };
    private readonly Option<bool> _useKube = new("--use-kube", "-k")
    {
        Description = "take the objects of the cluster into account; =false looks at files alone",
        DefaultValueFactory = _ => true,
    };

    private readonly Option<string[]> _suppress = new("--suppress", "-S")
    {
        Description = "leave out a message about an object, for example \"IST0102=Namespace shop\"; * is a wildcard, repeatable",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<Severity> _failure = Threshold("--failure-threshold",
        "level from which findings make the exit code 79", Severity.Error);
    private readonly Option<Severity> _shown = Threshold("--output-threshold", "level from which findings are shown",
        Severity.Info);
    private readonly Option<bool?> _color = new("--color")
    {
        Description = "colour the levels; by default when the output is a terminal",
    };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "say what is analyzed" };
    private readonly Option<string?> _meshConfig = new("--meshConfigFile")
    {
        Description = "mesh configuration to use in place of the cluster's",
        HelpName = "FILE",
    };
    private readonly Option<string> _output = Options.Output("log", "json", "yaml");
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "files and folders; - is standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var self = new AnalyzeCommand();
        var command = new Command("analyze", "find what is wrong with the configuration of a cluster or of files")
        {
            self._files, self._namespace, self._all, self._recursive, self._useKube, self._output, self._list, self._suppress,
            self._failure,
            self._shown, self._color, self._verbose, self._meshConfig, self._istioNamespace,
        };
        self._kube.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(_list))
        {
            Console.Write(TextTable.Format(["NAME", "LOOKS FOR"],
                [.. AnalyzerTable.All.Select(static a => new[] { a.Name, a.Description })]));
            return 0;
        }

        string ns = parsed.GetRequiredValue(_namespace);
        bool useKube = parsed.GetValue(_useKube);
        string[] names = parsed.GetValue(_files) ?? [];
        if (!useKube && names.Length == 0)
        {
            throw new CommandFailure("without the cluster there is nothing to analyze: name files", CommandTree.UsageError);
        }

        var files = new ManifestFiles(ns);
        await files.ReadAsync(names, parsed.GetValue(_recursive), cancel);
        foreach (Finding problem in files.Problems)
        {
            Console.Error.WriteLine($"lateen: {problem}");
        }

        AnalysisSet set = await GatherAsync(parsed, files.Objects, useKube, cancel);
        bool everything = parsed.GetValue(_all) || !useKube;
        IReadOnlyList<AnalysisMessage> messages =
        [
            .. MeshAnalysis.Run(set, parsed.GetValue(_suppress)).Where(m =>
                everything || m.Object.Document is not null || Concerns(m.Object, ns)),
        ];
        string where = !useKube ? string.Join(", ", names) : everything ? "all namespaces" : $"namespace: {ns}";
        return Report(parsed, messages, where, files.Problems.Count > 0);
    }

    private int Report(ParseResult parsed, IReadOnlyList<AnalysisMessage> messages, string where, bool unreadable)
    {
        string format = parsed.GetRequiredValue(_output);
        List<AnalysisMessage> shown = [.. messages.Where(m => m.Type.Level <= parsed.GetValue(_shown))];
        if (parsed.GetValue(_verbose))
        {
            Console.Error.WriteLine($"Analyzed by {AnalyzerTable.All.Count} analyzers: {where}.");
        }

        bool useColor = parsed.GetValue(_color)
            ?? (!Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null);
        if (shown.Count > 0 || format != "log")
        {
            Console.Write(AnalysisReport.Print(shown, format, useColor));
        }
        else if (!unreadable)
        {
            Console.Error.WriteLine($"✔ No validation issues found when analyzing {where}.");
        }

        if (unreadable)
        {
            throw new CommandFailure("some files could not be read", CommandTree.DataError);
        }

        if (messages.Any(m => m.Type.Level <= parsed.GetValue(_failure)))
        {
            throw new CommandFailure($"analyzers found issues when analyzing {where}", FoundIssues);
        }

        return 0;
    }

    private async Task<AnalysisSet> GatherAsync(
        ParseResult parsed, IReadOnlyList<AnalysisObject> files, bool useKube, CancellationToken cancel)
    {
        MeshSettings? mesh = null;
        if (parsed.GetValue(_meshConfig) is { } file)
        {
            string text = File.Exists(file)
                ? await File.ReadAllTextAsync(file, cancel)
                : throw new CommandFailure($"--meshConfigFile {file}: there is no such file", CommandTree.UsageError);
            mesh = ClusterObjects.Mesh(new JsonObject { ["data"] = new JsonObject { ["mesh"] = text } });
        }

        InjectionConfig? injection = null;
        IReadOnlyList<AnalysisObject> running = [];
        if (useKube)
        {
            using var api = new KubeApi(_kube.Configuration(parsed));
            var cluster = new ClusterObjects(api, parsed.GetRequiredValue(_istioNamespace));
            running = await cluster.ReadAsync(cancel);
            mesh ??= await cluster.MeshAsync(cancel);
            injection = await cluster.InjectionAsync("", cancel);
        }

        return new AnalysisSet([.. files, .. running], mesh, injection);
    }

    private static bool Concerns(AnalysisObject each, string ns) =>
        each.Namespace.Length == 0 ? each.Name == ns || each.Kind != "Namespace" : each.Namespace == ns;

    private static Option<Severity> Threshold(string name, string description, Severity fallback) =>
        new(name) { Description = $"{description}: Error | Warning | Info", DefaultValueFactory = _ => fallback };
}
