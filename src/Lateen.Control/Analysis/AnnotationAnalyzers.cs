namespace Lateen.Control.Analysis;

using Lateen.Api.Text;

/// <summary>Istio's annotations: known, in the right place, with a value that can be read.</summary>
internal static class AnnotationAnalyzers
{
    public static IEnumerable<AnalysisMessage> Annotations(AnalysisSet set) =>
        // The charts' own objects are not their user's to correct.
        set.All.Where(o => !ServiceAnalyzers.IsSystem(o.Namespace, set)).SelectMany(static o =>
            Check(o, o.Kind, o.Annotations, "metadata.annotations").Concat(
                o.Kind is "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "Job"
                    ? Check(o, "Pod", o.Map("spec", "template", "metadata", "annotations"), "spec.template.metadata.annotations")
                    : []));

    private static IEnumerable<AnalysisMessage> Check(
        AnalysisObject each, string kind, IReadOnlyDictionary<string, string> annotations, string path)
    {
        foreach ((string name, string value) in annotations)
        {
            if (IsOurs(name) && Problem(name, value, kind) is { } problem)
            {
                yield return new(problem.Type, each, FieldPath.Field(path, name), problem.Text);
            }
        }
    }

    private static (MessageType Type, string Text)? Problem(string name, string value, string kind)
    {
        if (!KnownAnnotation.All.TryGetValue(name, out KnownAnnotation? known))
        {
            string? near = NearestName.Find(name, KnownAnnotation.All.Keys);
            return (MessageTypes.UnknownAnnotation,
                $"Unknown annotation: {name}{(near is null ? "" : $"; did you mean {near}?")}");
        }

        if (!known.BelongsTo(kind))
        {
            return (MessageTypes.MisplacedAnnotation, $"Misplaced annotation: {name} has an effect on {known.Kinds} only");
        }

        if (known.IsValid is { } isValid && !isValid(value))
        {
            return (MessageTypes.InvalidAnnotation, $"Invalid annotation: {name} cannot be \"{value}\"");
        }

        return known.State switch
        {
            KnownAnnotation.Stage.Deprecated =>
                (MessageTypes.DeprecatedAnnotation, $"Annotation {name} is deprecated{InPlaceOf(name)}"),
            KnownAnnotation.Stage.Alpha => (MessageTypes.AlphaAnnotation, $"Annotation {name} is of stage alpha and may change"),
            _ => null,
        };
    }

    private static string InPlaceOf(string name) => name == "sidecar.istio.io/inject" ? "; use the label of the same name" : "";

    private static bool IsOurs(string name)
    {
        int slash = name.IndexOf('/');
        return slash > 0 && (name.StartsWith("istio.io/", StringComparison.Ordinal) 
            || name[..slash].EndsWith(".istio.io", StringComparison.Ordinal));
    }
}
