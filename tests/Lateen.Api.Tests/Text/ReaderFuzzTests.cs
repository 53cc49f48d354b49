namespace Lateen.Api.Tests.Text;

using Lateen.Api.Text;

public sealed class ReaderFuzzTests
{
    private const string Yaml =
        "a: &x [1, \"b\", {c: *x}]\n- b: |\n    text\n  ? k\n  : !!int v\n"
        + "--- # c\n<<: *x\n%TAG ! x\n\t'q'\0\u0085é\ud83d\ude00\\";
    private const string Json = "{\"a\": [1, -2.5e3, true, null, \"b\\u0041\\n\"], \"c\": {\"d\": {}}}\ud83d\ude00\0";

    [Fact]
    public void Random_YAML_gives_findings_never_exceptions() => Fuzz(Yaml, text => StrictYaml.Read(text, "f"));

    [Fact]
    public void Random_JSON_gives_findings_never_exceptions() => Fuzz(Json, text => StrictJson.Read(text, "f"));

    private static void Fuzz(string seed, Func<string, ReadResult> read)
    {
        var random = new Random(22112026);
        for (int round = 0; round < 10_000; round++)
        {
            int length = random.Next(1, 40);
            char[] text = new char[length];
            for (int i = 0, from = 0; i < length; i++, from++)
            {
                from = random.Next(4) == 0 ? random.Next(seed.Length) : from % seed.Length;
                text[i] = seed[from % seed.Length];
            }

            string sample = new(text);
            Exception? thrown = Record.Exception(() => read(sample));

            Assert.True(thrown is null, $"{sample}\n{thrown}");
        }
    }
}
