namespace Lateen.Api.Tests.Text;

using Lateen.Api.Text;

public sealed class StrictYamlTests
{
    [Fact]
    public void Every_field_knows_its_line_and_column()
    {
        ReadResult read = StrictYaml.Read("kind: A\nspec:\n  http:\n  - name: x\n    rooute: 1\n", "a.yaml");

        SourceDocument document = Assert.Single(read.Documents);
        Assert.Equal(new Position(5, 5), document.PositionOf("spec.http[0].rooute"));
        Assert.Equal(new Position(3, 3), document.PositionOf("spec.http[7]"));
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("0644", "420")]
    [InlineData("0x1F", "31")]
    [InlineData("1_000", "1000")]
    [InlineData("1.50", "1.5")]
    [InlineData("-7", "-7")]
    [InlineData("1e3", "1000")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("10:20", "\"10:20\"")]
    [InlineData("2026-11-22", "\"2026-11-22\"")]
    [InlineData("~", null)]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData(".inf", "\".inf\"")]
    public void A_scalar_means_what_it_means_to_Kubernetes(string yaml, string? json)
    {
        ReadResult read = StrictYaml.Read("a: " + yaml);

        Assert.Empty(read.Findings);
        Assert.Equal(json, read.Documents[0].Root?["a"]?.ToJsonString());
    }

    [Fact]
    public void A_field_given_twice_is_an_error_with_its_place()
    {
        ReadResult read = StrictYaml.Read("a: 1\nb:\n  c: 1\n  c: 2\n", "x.yaml");

        Finding finding = Assert.Single(read.Findings);
        Assert.Equal("x.yaml:4:3: b.c: the field \"c\" is given twice; keep one of the two [LTN0003]", finding.ToString());
    }

    [Fact]
    public void Broken_syntax_names_line_and_column()
    {
        ReadResult read = StrictYaml.Read("spec:\n  hosts: [a\n  http: b\n", "x.yaml");

        Finding finding = Assert.Single(read.Findings);
        Assert.Equal(StrictYaml.SyntaxCode, finding.Code);
        Assert.True(finding.Line is 2 or 3, finding.ToString());
    }

    [Fact]
    public void Several_documents_are_read_and_empty_ones_skipped()
    {
        ReadResult read = StrictYaml.Read("---\na: 1\n---\n# nothing\n---\nb: 2\n");

        Assert.Equal(2, read.Documents.Count);
    }

    [Fact]
    public void Aliases_and_merges_are_followed()
    {
        ReadResult read = StrictYaml.Read("base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd: *b\n");

        Assert.Empty(read.Findings);
        Assert.Equal("""{"base":{"x":1,"y":2},"c":{"y":3,"x":1},"d":{"x":1,"y":2}}""", read.Documents[0].Root?.ToJsonString());
    }

    [Fact]
    public void Aliases_that_multiply_are_stopped()
    {
        var text = new System.Text.StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        ReadResult read = StrictYaml.Read(text.ToString());

        Assert.Equal(StrictYaml.LimitCode, Assert.Single(read.Findings).Code);
    }

    [Fact]
    public void A_text_nested_too_deep_is_stopped()
    {
        ReadResult read = StrictYaml.Read(new string('[', 5000));

        Assert.False(read.Ok);
    }

    [Fact]
    public void What_the_writer_writes_reads_back_equal()
    {
        const string Text = """
            {"a":"yes","b":"","c":"x: y","d":"one\ntwo\n","e":["- x",{"f":[],"g":{}}],"h":null,"i":1.5,"j":"# no",
             "k":"5","l":"a\tb","m":"no newline\nat end","n":[[1,2],["x"]],"o":{"p.q/r":"é"},
             "q":"~","r":"trailing ","s":"two\n\n","t":true}
            """;
        System.Text.Json.Nodes.JsonNode? node = StrictJson.Read(Text).Documents[0].Root;

        ReadResult read = StrictYaml.Read(YamlWriter.Write(node));

        Assert.Empty(read.Findings);
        Assert.Equal(node?.ToJsonString(), read.Documents[0].Root?.ToJsonString());
    }

    [Fact]
    public void Json_knows_places_and_duplicates_too()
    {
        ReadResult read = StrictJson.Read("{\n  \"a\": 1,\n  \"a\": 2\n}", "x.json");

        Finding twice = Assert.Single(read.Findings);
        Assert.Equal("x.json:3:3: a: the field \"a\" is given twice; keep one of the two [LTN0003]", twice.ToString());
        Assert.Equal(StrictYaml.SyntaxCode, Assert.Single(StrictJson.Read("{\"a\": }").Findings).Code);
        Assert.False(StrictJson.Read("{} {}").Ok);
    }
}
