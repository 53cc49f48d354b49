namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>What controllers read of a Kubernetes object and write into it.</summary>
internal static class KubeObject
{
    public static ObjectKey Key(this JsonObject obj) => new(obj.Namespace(), obj.Name());

    public static JsonObject Copy(this JsonObject obj) => (JsonObject)obj.DeepClone();

    public static bool IsTerminating(this JsonObject obj) => obj.Text("metadata", "deletionTimestamp") is not null;

    public static long Generation(this JsonObject obj) => obj.Number("metadata", "generation") ?? 0;

    public static long ResourceVersion(this JsonObject obj) =>
        long.TryParse(obj.Text("metadata", "resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : 0;

    public static DateTimeOffset Created(this JsonObject obj) => obj.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;

    public static string? Label(this JsonObject obj, string key) => obj.Text("metadata", "labels", key);

    public static string? Annotation(this JsonObject obj, string key) => obj.Text("metadata", "annotations", key);

    public static JsonObject? Child(this JsonObject? obj, params ReadOnlySpan<string> path) => obj.At(path) as JsonObject;

    public static DateTimeOffset? Time(this JsonObject? obj, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(obj.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    public static IEnumerable<string> Strings(this JsonObject? obj, params ReadOnlySpan<string> path) =>
        obj.At(path) is JsonArray array ? array.OfType<JsonValue>().Select(v => v.ToString()) : [];

    /// <summary>The object at the path, created where missing.</summary>
    public static JsonObject Ensure(this JsonObject obj, params ReadOnlySpan<string> path)
    {
        JsonObject current = obj;
        foreach (string step in path)
        {
            if (current[step] is not JsonObject next)
            {
                next = [];
                current[step] = next;
            }

            current = next;
        }

        return current;
    }

    public static JsonObject? ControllerReference(this JsonObject obj)
    {
        foreach (JsonObject reference in obj.Items("metadata", "ownerReferences"))
        {
            if (reference.Flag("controller"))
            {
                return reference;
            }
        }

        return null;
    }

    public static bool IsControlledBy(this JsonObject obj, JsonObject owner) =>
        obj.ControllerReference().Text("uid") is { } uid && uid == owner.Uid();

    /// <summary>An owner reference that makes <paramref name="owner"/> the managing controller.</summary>
    public static JsonObject ControllerReferenceTo(JsonObject owner, string apiVersion, string kind) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>RFC 3339 in seconds, as Kubernetes writes metav1.Time.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 in microseconds, as Kubernetes writes metav1.MicroTime.</summary>
    public static string MicroStamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
