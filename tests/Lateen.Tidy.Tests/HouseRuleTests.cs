namespace Lateen.Tidy.Tests;

using System.Text.RegularExpressions;
using System.Xml.Linq;

public sealed partial class HouseRuleTests
{
    private const int FileLineLimit = 600;
    private const int LineLengthLimit = 150;

    [Fact]
    public void No_source_file_is_longer_than_600_lines()
    {
        var long_ = Repository.Sources.Select(f => (File: f, Count: Repository.Lines(f).Length)).Where(f => f.Count > FileLineLimit);

        Assert.Equal([], long_.Select(f => $"{f.File}: {f.Count}"));
    }

    [Fact]
    public void No_source_line_is_longer_than_150_columns()
    {
        var offenders = from file in Repository.ProductSources
                        from line in Repository.Lines(file).Select((text, index) => (text, number: index + 1))
                        where line.text.Length > LineLengthLimit
                        select $"{file}:{line.number}";

        Assert.Equal([], offenders);
    }

    [Fact]
    public void Nothing_on_main_says_that_it_is_not_implemented()
    {
        Assert.Equal([], Offenders(Repository.ProductSources, NotImplemented()));
    }

    [Fact]
    public void No_catch_block_is_empty()
    {
        var offenders = Repository.Sources.Where(f => EmptyCatch().IsMatch(Repository.Text(f)));

        Assert.Equal([], offenders);
    }

    [Fact]
    public void Unsafe_code_lives_only_in_the_native_rooms()
    {
        var offenders = Offenders(Repository.ProductSources, Unsafe()).Where(o =>
            !o.StartsWith("src/Lateen.Engine/Native/", StringComparison.Ordinal) && !o.StartsWith("src/Lateen.Local/Native/", StringComparison.Ordinal));

        Assert.Equal([], offenders);
    }

    [Fact]
    public void The_environment_is_read_only_in_the_programs()
    {
        var offenders = Offenders(Repository.ProductSources.Where(f => f.StartsWith("src/", StringComparison.Ordinal)), EnvironmentRead());

        Assert.Equal([], offenders);
    }

    [Fact]
    public void Control_does_no_network_input_or_output()
    {
        var control = Repository.ProductSources.Where(f => f.StartsWith("src/Lateen.Control/", StringComparison.Ordinal));

        Assert.Equal([], Offenders(control, NetworkUse()));
    }

    [Fact]
    public void In_Control_Envoy_types_appear_only_in_Translation_and_Ads()
    {
        var others = Repository.ProductSources.Where(f => f.StartsWith("src/Lateen.Control/", StringComparison.Ordinal)
            && !f.StartsWith("src/Lateen.Control/Translation/", StringComparison.Ordinal)
            && !f.StartsWith("src/Lateen.Control/Ads/", StringComparison.Ordinal));

        Assert.Equal([], Offenders(others, EnvoyType()));
    }

    [Fact]
    public void In_Proxy_protobuf_stops_at_the_configuration_readers()
    {
        string[] rooms = ["Listeners", "Network", "Http", "Routing", "Clusters", "LoadBalancing", "Config", "Stats"];
        var requestPath = Repository.ProductSources.Where(f => rooms.Any(r => f.StartsWith($"src/Lateen.Proxy/{r}/", StringComparison.Ordinal)));

        Assert.Equal([], Offenders(requestPath, Protobuf()));
    }

    [Fact]
    public void Every_project_references_only_the_rooms_it_may()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["src/Lateen.Api"] = [],
            ["src/Lateen.Engine"] = [],
            ["src/Lateen.Proxy"] = ["Lateen.Api", "Lateen.Engine"],
            ["src/Lateen.Filters"] = ["Lateen.Api", "Lateen.Engine", "Lateen.Proxy"],
            ["src/Lateen.Control"] = ["Lateen.Api"],
            ["src/Lateen.Kubernetes"] = ["Lateen.Api", "Lateen.Control"],
            ["src/Lateen.Local"] = ["Lateen.Api"],
            ["apps/lateen-proxy"] = ["Lateen.Api", "Lateen.Engine", "Lateen.Proxy", "Lateen.Filters"],
            ["apps/lateend"] = ["Lateen.Api", "Lateen.Control", "Lateen.Kubernetes"],
            ["apps/lateen"] = ["Lateen.Api", "Lateen.Control", "Lateen.Kubernetes", "Lateen.Local"],
        };

        foreach ((string folder, string[] rooms) in allowed)
        {
            string project = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj").Single();
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension((string?)r.Attribute("Include") ?? ""));
            Assert.Empty(references.Except(rooms).Select(r => $"{folder} → {r}"));
        }
    }

    [Fact]
    public void Every_package_version_has_a_comment_that_says_why_it_is_here()
    {
        string[] lines = Repository.Lines("Directory.Packages.props");
        var bare = lines.Select((text, index) => (text, index))
            .Where(l => l.text.Contains("<PackageVersion", StringComparison.Ordinal) && !lines[l.index - 1].TrimStart().EndsWith("-->", StringComparison.Ordinal));

        Assert.Equal([], bare.Select(l => l.text.Trim()));
    }

    [Fact]
    public void Tests_do_not_sleep()
    {
        Assert.Equal([], Offenders(Repository.Sources.Where(f => f.StartsWith("tests/", StringComparison.Ordinal)), Sleep()));
    }

    [Fact]
    public void Every_test_name_is_a_sentence()
    {
        var offenders = from file in Repository.Sources.Where(f => f.Contains(".Tests/", StringComparison.Ordinal))
                        from Match match in TestMethod().Matches(Repository.Text(file))
                        let name = match.Groups["name"].Value
                        where !name.Contains('_') || name.Split('_').Length < 3
                        select $"{file}: {name}";

        Assert.Equal([], offenders);
    }

    [Fact]
    public void Lock_files_name_no_registry()
    {
        var offenders = Repository.Files.Where(f => f.EndsWith("package-lock.json", StringComparison.Ordinal)
            && Repository.Text(f).Contains("\"resolved\"", StringComparison.Ordinal));

        Assert.Equal([], offenders);
    }

    private static List<string> Offenders(IEnumerable<string> files, Regex pattern) =>
        [.. from file in files
            from line in Repository.Lines(file).Select((text, index) => (text, number: index + 1))
            where pattern.IsMatch(line.text) && !line.text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{file}:{line.number}: {line.text.Trim()}"];

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex NotImplemented();

    [GeneratedRegex(@"catch(\s*\([^)]*\))?(\s*when\s*\([^{]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\bunsafe\b(?!\w)")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"Environment\.(GetEnvironmentVariable|GetEnvironmentVariables|SetEnvironmentVariable)")]
    private static partial Regex EnvironmentRead();

    [GeneratedRegex(@"System\.Net\.(Sockets|Http)\b|\bHttpClient\b|\bTcpClient\b|\bGrpcChannel\b")]
    private static partial Regex NetworkUse();

    [GeneratedRegex(@"\busing\s+(\w+\s*=\s*)?Envoy\.|global::Envoy\.")]
    private static partial Regex EnvoyType();

    [GeneratedRegex(@"Google\.Protobuf|\busing\s+(\w+\s*=\s*)?Envoy\.")]
    private static partial Regex Protobuf();

    [GeneratedRegex(@"Thread\.Sleep\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\[(Fact|Theory)[^\]]*\](\s*\[[^\n]*\])*\s*public\s+(static\s+)?(async\s+)?(Task|void|ValueTask)\s+(?<name>\w+)")]
    private static partial Regex TestMethod();
}
