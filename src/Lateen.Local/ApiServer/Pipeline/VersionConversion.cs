namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Store;

/// <summary>Between the stored and the served version: only apiVersion differs, except that events have two shapes.</summary>
internal static class VersionConversion
{
    private static readonly (string Core, string Events)[] EventFields =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("count", "deprecatedCount"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("reportingComponent", "reportingController"),
    ];

    public static bool NeedsConversion(ResourceDefinition resource, JsonObject stored)
    {
        return stored.Str("apiVersion") != resource.Type.ApiVersion;
    }

    public static JsonObject ToServed(ResourceDefinition resource, JsonObject stored)
    {
        if (!NeedsConversion(resource, stored))
        {
            return stored;
        }

        JsonObject served = stored.CloneObject();
        if (resource.Type.Group == "events.k8s.io")
        {
            Rename(served, toEvents: true);
        }

        served["apiVersion"] = resource.Type.ApiVersion;
        return served;
    }

    public static byte[] ToServedBytes(ResourceDefinition resource, StoredObject stored)
    {
        return NeedsConversion(resource, stored.Value) ? JsonParser.ToUtf8(ToServed(resource, stored.Value)) : stored.Json;
    }

    /// <summary>
    /// A normalized copy for the store: its numbers answer any numeric type and it shares nothing with the caller.
    /// </summary>
    public static JsonObject ToStored(ResourceDefinition resource, JsonObject served)
    {
        JsonObject stored = JsonParser.ParseObject(JsonParser.ToUtf8(served));
        if (resource.Type.Group == "events.k8s.io")
        {
            Rename(stored, toEvents: false);
            stored["apiVersion"] = "v1";
        }

        return stored;
    }

    private static void Rename(JsonObject obj, bool toEvents)
    {
        foreach ((string core, string events) in EventFields)
        {
            (string from, string to) = toEvents ? (core, events) : (events, core);
            if (obj.Remove(from, out JsonNode? value))
            {
                obj[to] = value;
            }
        }
    }
}
