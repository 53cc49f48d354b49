namespace Lateen.CommandLine.Tests;

using System.Text.Json.Nodes;
using Lateen.CommandLine.Analysis;
using Lateen.Control.Analysis;

public sealed class AnalyzeTests
{
    private static readonly string File = TestData.PathOf("analyze.yaml");

    [Fact]
    public void Findings_are_printed_with_level_code_object_file_and_line()
    {
        string text = AnalysisReport.Print(Messages(), "log", useColor: false);

        Assert.Equal(
            "Error [IST0101] (VirtualService default/reviews analyze.yaml:20) Referenced host not found: \"reviewz\"; did you mean reviews?\n"
            + "Info [IST0102] (Namespace shop analyze.yaml:24) The namespace is not enabled for injection; run "
            + "`kubectl label namespace shop istio-injection=enabled`, or label it istio-injection=disabled to say that it should not be\n", text);
    }

    [Fact]
    public void Findings_as_json_have_istioctls_fields()
    {
        JsonNode? first = JsonNode.Parse(AnalysisReport.Print(Messages(), "json", useColor: false))?[0];

        Assert.Equal("IST0101", $"{first?["code"]}");
        Assert.Equal("Error", $"{first?["level"]}");
        Assert.Equal("VirtualService default/reviews", $"{first?["origin"]}");
        Assert.Equal("analyze.yaml:20", $"{first?["reference"]}");
    }

    [Theory]
    [InlineData(79)]
    [InlineData(79, "--failure-threshold", "Info")]
    [InlineData(0, "-S", "IST0101=VirtualService reviews.default")]
    [InlineData(79, "-S", "IST0101=VirtualService reviews.default", "--failure-threshold", "Info")]
    [InlineData(64, "--failure-threshold", "Loud")]
    public async Task The_exit_code_is_79_when_a_finding_is_at_the_threshold(int code, params string[] args) =>
        Assert.Equal(code, await CommandTree.RunAsync(["analyze", File, "--use-kube=false", .. args]));

    [Theory]
    [InlineData(64, "analyze", "--use-kube=false")]
    [InlineData(65, "analyze", "--use-kube=false", "/does/not/exist.yaml")]
    [InlineData(0, "analyze", "-L")]
    public async Task Wrong_arguments_end_with_istioctls_exit_codes(int code, params string[] args) =>
        Assert.Equal(code, await CommandTree.RunAsync(args));

    private static IReadOnlyList<AnalysisMessage> Messages()
    {
        var files = new ManifestFiles("default");
        files.Read(TestData.Read("analyze.yaml"), "analyze.yaml");
        return MeshAnalysis.Run(new AnalysisSet(files.Objects));
    }
}
