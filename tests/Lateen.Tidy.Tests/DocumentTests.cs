namespace Lateen.Tidy.Tests;

using System.Text.RegularExpressions;

/// <summary>Documents name real things: what they say in backticks exists, and where they point there is something.</summary>
public sealed partial class DocumentTests
{
    private static readonly Lazy<Dictionary<string, List<string>>> Types = new(FindTypes);

    private static IEnumerable<string> Documents => Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)
        && (!file.Contains('/', StringComparison.Ordinal) || file.StartsWith("docs/", StringComparison.Ordinal)));

    private static IEnumerable<string> Guides => Documents.Where(file =>
        file is "ARCHITECTURE.md" || (file.StartsWith("docs/", StringComparison.Ordinal) && file.LastIndexOf('/') == 4));

    [Fact]
    public void Every_type_and_member_that_a_guide_names_is_in_the_source()
    {
        var unknown = from file in Guides
                      from name in Names(file)
                      let match = CodeName().Match(name)
                      where match.Success && !IsDeclared(match.Groups["type"].Value, match.Groups["member"].Value)
                      select $"{file}: {name}";

        Assert.Equal([], unknown.Distinct());
    }

    [Fact]
    public void Every_path_that_a_guide_names_is_in_the_repository()
    {
        var unknown = from file in Guides
                      from name in Names(file)
                      where RepositoryPath().IsMatch(name) && !IsPath(name.TrimEnd('/'))
                      select $"{file}: {name}";

        Assert.Equal([], unknown.Distinct());
    }

    [Fact]
    public void Every_make_target_that_a_document_names_is_in_the_Makefile()
    {
        string makefile = Repository.Text("Makefile");
        var unknown = from file in Documents
                      from Match match in MakeTarget().Matches(Repository.Text(file))
                      where !Regex.IsMatch(makefile, $"^{match.Groups["target"].Value}:", RegexOptions.Multiline)
                      select $"{file}: {match.Value}";

        Assert.Equal([], unknown.Distinct());
    }

    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        var broken = from file in Documents
                     from Match match in Link().Matches(Repository.Text(file))
                     let target = match.Groups["target"].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                     where !IsPath(Relative(file, target))
                     select $"{file}: {target}";

        Assert.Equal([], broken.Distinct());
    }

    [Fact]
    public void The_guides_are_there()
    {
        string[] guides =
        [
            "ARCHITECTURE.md", "docs/algorithms.md", "docs/hacking.md", "docs/lab.ko.md", "docs/lab.md", "docs/life-of-a-config-change.md",
            "docs/life-of-a-request.md", "docs/performance.md", "docs/support.md", "docs/threading.md",
        ];

        Assert.Equal(guides, Guides.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_readme_names_the_two_commands()
    {
        Assert.SkipUnless(Repository.Files.Contains("README.md"), "README.md is not under version control");
        string text = Repository.Text("README.md");

        Assert.Contains("make demo", text, StringComparison.Ordinal);
        Assert.Contains("make test", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(string file)
    {
        // Fenced blocks hold commands and their output; only words inside sentences are names.
        string text = Fence().Replace(Repository.Text(file), "");
        return Backticked().Matches(text).Select(match => match.Groups["name"].Value);
    }

    private static bool IsDeclared(string type, string member)
    {
        if (!Types.Value.TryGetValue(type, out List<string>? files))
        {
            return false;
        }

        return member.Length == 0 || files.Any(file => Regex.IsMatch(Repository.Text(file), $@"\b{member}\b"));
    }

    private static bool IsPath(string path) =>
        Repository.Files.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal));

    private static string Relative(string document, string target)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document)) ?? Repository.Root;
        return Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(folder, target)));
    }

    private static Dictionary<string, List<string>> FindTypes()
    {
        var types = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        IEnumerable<string> protos = Repository.Files.Where(file => file.EndsWith(".proto", StringComparison.Ordinal));
        foreach (string file in Repository.Sources.Concat(protos))
        {
            foreach (Match match in Declaration().Matches(Repository.Text(file)))
            {
                string name = match.Groups["name"].Value;
                if (!types.TryGetValue(name, out List<string>? files))
                {
                    types[name] = files = [];
                }

                files.Add(file);
            }
        }

        return types;
    }

    // PascalCase with a small letter in it, perhaps with type arguments, a member and parentheses; MeshConfig yes, NACK and GET no.
    [GeneratedRegex(@"^(?<type>[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(<[^>]*>)?(\.(?<member>[A-Z][A-Za-z0-9]*))?(\(\))?$")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"^(src|apps|tests|samples|charts|docs|bench)/[A-Za-z0-9._/-]+$|^[A-Za-z0-9._-]+\.(cs|csproj|md|props|slnx)$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\bmake (?<target>[a-z][a-z-]*)`|^ {4}make (?<target>[a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex MakeTarget();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(```|~~~).*?^\1", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(?<name>[^`\n]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"\b(class|record struct|record|struct|interface|enum|message|delegate\s+[\w<>?\[\], ]+)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex Declaration();
}
