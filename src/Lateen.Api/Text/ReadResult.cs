namespace Lateen.Api.Text;

/// <summary>What a reader made of a text: its documents, and everything that is wrong with it.</summary>
public sealed record ReadResult(IReadOnlyList<SourceDocument> Documents, IReadOnlyList<Finding> Findings)
{
    public bool Ok => !Findings.Any(static finding => finding.Severity is Severity.Error);
}
