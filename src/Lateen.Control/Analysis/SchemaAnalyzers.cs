namespace Lateen.Control.Analysis;

using Lateen.Api.Text;
using Lateen.Control.Validation;

/// <summary>What the rules for one object by itself say, under Istio's codes.</summary>
internal static class SchemaAnalyzers
{
    public static IEnumerable<AnalysisMessage> Schema(AnalysisSet set) =>
        from each in Validated(set)
        where each.Finding.Code != Codes.NeverReached
        let type = each.Finding.Severity is Severity.Error ? MessageTypes.SchemaValidationError : MessageTypes.SchemaWarning
        select new AnalysisMessage(type, each.Object, each.Finding.Path, $"{each.Finding.Sentence} [{each.Finding.Code}]");

    /// <summary>Rules and conditions of a virtual service behind others that take their requests.</summary>
    public static IEnumerable<AnalysisMessage> Reach(AnalysisSet set) =>
        from each in Validated(set)
        where each.Finding.Code == Codes.NeverReached
        let type = each.Finding.Path.Contains(".match[", StringComparison.Ordinal)
            ? MessageTypes.IneffectiveMatch
            : MessageTypes.UnreachableRule
        select new AnalysisMessage(type, each.Object, each.Finding.Path, each.Finding.Sentence);

    private static IEnumerable<(AnalysisObject Object, Finding Finding)> Validated(AnalysisSet set) =>
        from each in set.All
        where each.IsIstio
        from finding in Validator.Validate(each.ApiVersion, each.Kind, each.Root)
        select (each, finding);
}
