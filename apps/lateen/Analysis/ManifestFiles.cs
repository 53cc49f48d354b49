namespace Lateen.CommandLine.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Analysis;

/// <summary>The objects of files, folders and standard input.</summary>
internal sealed class ManifestFiles(string defaultNamespace)
{
    private readonly List<AnalysisObject> _objects = [];
    private readonly List<Finding> _problems = [];

    public IReadOnlyList<AnalysisObject> Objects => _objects;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<Finding> Problems => _problems;

    public async Task ReadAsync(IEnumerable<string> names, bool isRecursive, CancellationToken cancel)
    {
        foreach (string name in names)
        {
            if (name == "-")
            {
                Read(await Console.In.ReadToEndAsync(cancel), "-");
                continue;
            }

            foreach (string file in Files(name, isRecursive))
            {
                Read(await File.ReadAllTextAsync(file, cancel), file);
            }
        }
    }

    public void Read(string text, string file)
    {
        ReadResult read = StrictYaml.Read(text, file);
        _problems.AddRange(read.Findings.Where(static f => f.Severity is Severity.Error));
        foreach (SourceDocument document in read.Documents)
        {
            if (document.Root is JsonObject root)
            {
                Add(root, document);
            }
        }
    }

    private static IEnumerable<string> Files(string name, bool isRecursive)
    {
        if (File.Exists(name))
        {
            return [name];
        }

        if (!Directory.Exists(name))
        {
            throw new CommandFailure($"{name}: there is no such file or folder", CommandTree.DataError);
        }

        SearchOption depth = isRecursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
        return Directory.EnumerateFiles(name, "*", depth)
            .Where(static f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json").Order(StringComparer.Ordinal);
    }

    private void Add(JsonObject root, SourceDocument document)
    {
        if (root.TextAt("kind") != "List")
        {
            _objects.Add(new AnalysisObject(root, document, defaultNamespace));
            return;
        }

        foreach (JsonObject item in root.ObjectsAt("items"))
        {
            _objects.Add(new AnalysisObject(item, null, defaultNamespace));
        }
    }
}
