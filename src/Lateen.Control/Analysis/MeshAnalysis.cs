namespace Lateen.Control.Analysis;

using System.IO.Enumeration;
using Lateen.Api.Text;

/// <summary>Runs the analyzers over a set of objects. A pure function.</summary>
public static class MeshAnalysis
{
    private const string SuppressAnnotation = "galley.istio.io/analyze-suppress";

    /// <param name="set">The objects.</param>
    /// <param name="suppressions">"CODE=KIND NAME.NAMESPACE", with wildcards.</param>
    /// <returns>Worst first, then by code and object.</returns>
    public static IReadOnlyList<AnalysisMessage> Run(AnalysisSet set, IReadOnlyList<string>? suppressions = null) =>
        Sorted(AnalyzerTable.All.SelectMany(a => a.Find(set)), suppressions);

    public static IReadOnlyList<AnalysisMessage> Sorted(IEnumerable<AnalysisMessage> messages,
        IReadOnlyList<string>? suppressions = null) =>
    [
        .. messages.Distinct().Where(m => !IsSuppressed(m, suppressions ?? []))
            .OrderBy(static m => m.Type.Level).ThenBy(static m => m.Type.Code, StringComparer.Ordinal)
            .ThenBy(static m => m.Object.FriendlyName, StringComparer.Ordinal).ThenBy(static m =>
                m.Object.Document?.PositionOf(m.Path).Line ?? 0)
            .ThenBy(static m => m.Path, StringComparer.Ordinal),
    ];

    /// <summary>What is said about one object when it joins the others: for the moment somebody applies it.</summary>
    public static IReadOnlyList<AnalysisMessage> About(AnalysisObject subject, AnalysisSet set) =>
        [.. Run(set).Where(m => m.Object == subject && m.Type.Level is not Severity.Info)];

    private static bool IsSuppressed(AnalysisMessage message, IReadOnlyList<string> suppressions)
    {
        string[] own = message.Object.Annotations.GetValueOrDefault(SuppressAnnotation, "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return own.Contains("*") || own.Contains(message.Type.Code) || suppressions.Any(s => Covers(s, message));
    }

    private static bool Covers(string suppression, AnalysisMessage message)
    {
        int equals = suppression.IndexOf('=');
        return equals > 0 && suppression[..equals] == message.Type.Code
            && FileSystemName.MatchesSimpleExpression(suppression.AsSpan(equals + 1), message.Object.SuppressionName,
                ignoreCase: false);
    }
}
