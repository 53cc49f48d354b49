namespace Lateen.Api.Text;

using System.Text;
using SharpYaml;
using SharpYaml.Events;

/// <summary>Reads YAML as Kubernetes does, but strictly and knowing the place of every field.</summary>
public static class StrictYaml
{
    public const string SyntaxCode = "LTN0001";
    public const string LimitCode = "LTN0002";
    public const string DuplicateCode = "LTN0003";

    public static ReadResult Read(string text, string file = "", ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var documents = new List<SourceDocument>();
        var findings = new List<Finding>();
        if (Encoding.UTF8.GetByteCount(text) > limits.MaxBytes)
        {
            string message = $"the text is larger than {limits.MaxBytes} bytes";
            findings.Add(Finding.Error(LimitCode, "", message) with { Resource = file });
            return new ReadResult(documents, findings);
        }

        try
        {
            ReadDocuments(Parser.CreateParser(new StringReader(text)), file, limits, documents, findings);
        }
        catch (YamlException problem)
        {
            var position = new Position(problem.Start.Line + 1, problem.Start.Column + 1);
            Finding finding = Finding.Error(SyntaxCode, "", "this is not YAML: " + Plain(problem));
            findings.Add(finding.At(position) with { Resource = file });
        }
        catch (YamlLimitException problem)
        {
            findings.Add(Finding.Error(LimitCode, "", problem.Message).At(problem.Position) with { Resource = file });
        }

        return new ReadResult(documents, findings);
    }

    private static void ReadDocuments(
        IParser parser, string file, ReadLimits limits, List<SourceDocument> documents, List<Finding> findings)
    {
        while (parser.MoveNext())
        {
            if (parser.Current is not DocumentStart)
            {
                continue;
            }

            parser.MoveNext();
            var builder = new YamlNodeBuilder(parser, file, limits);
            var document = new SourceDocument(file, builder.Read(), builder.Positions);
            findings.AddRange(builder.Findings);
            if (document.Root is not null)
            {
                documents.Add(document);
            }
        }
    }

    // The library's message begins with the place, which the finding already has.
    private static string Plain(YamlException problem)
    {
        int cut = problem.Message.LastIndexOf("): ", StringComparison.Ordinal);
        string message = cut < 0 ? problem.Message : problem.Message[(cut + 3)..];
        return message.TrimEnd('.');
    }
}
