namespace Lateen.Control.Validation;

using Lateen.Api.Names;
using Lateen.Api.Text;

/// <summary>Istio's rules for exportTo.</summary>
internal static class ExportRules
{
    /// <summary>Namespaces, "." or "*"; "~" only where an object may be hidden from everybody.</summary>
    public static void Check(ValueList<string> exportTo, bool mayHide, Findings findings)
    {
        const string Path = "spec.exportTo";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < exportTo.Count; i++)
        {
            string itemPath = FieldPath.Item(Path, i);
            string text = exportTo[i];
            if (text == "~" && !mayHide)
            {
                findings.Error(Codes.InvalidValue, itemPath, "\"~\" would leave the object without effect", "use \".\" or delete it");
            }
            else if (text is not ("." or "*" or "~") && !CommonRules.IsDnsLabel(text))
            {
                findings.Error(Codes.InvalidName, itemPath, $"\"{text}\" is not a namespace", "use a name, \".\" or \"*\"");
            }

            if (!seen.Add(text))
            {
                findings.Error(Codes.Duplicate, itemPath, $"\"{text}\" is listed twice", "remove one");
            }
        }

        if (exportTo.Count > 1 && (exportTo.Contains("*") || exportTo.Contains("~")))
        {
            string word = exportTo.Contains("*") ? "*" : "~";
            findings.Error(Codes.InvalidValue, Path, $"\"{word}\" stands alone", $"keep \"{word}\" or the others");
        }
    }
}
