namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Columns of events, in either of their two shapes.</summary>
internal static class EventPrinter
{
    public static readonly TablePrinter Printer = new(
        [
            new("Last Seen"), new("Type"), new("Reason"), new("Object"), new("Subobject", Priority: 1),
                new("Source", Priority: 1),
            new("Message"), new("First Seen", Priority: 1), new("Count", Priority: 1), new("Name", Priority: 1),
        ],
        Cells);

    private static JsonArray Cells(JsonObject obj, DateTimeOffset now)
    {
        JsonObject? about = obj.Obj("involvedObject") ?? obj.Obj("regarding");
        string? last = obj.Str("series", "lastObservedTime") ?? obj.Str("lastTimestamp") ?? obj.Str("deprecatedLastTimestamp")
            ?? obj.Str("eventTime") ?? obj.Str("metadata", "creationTimestamp");
        string? first = obj.Str("firstTimestamp") ?? obj.Str("deprecatedFirstTimestamp") ?? obj.Str("eventTime") ?? last;
        string source = obj.Str("source", "component") ?? obj.Str("deprecatedSource",
            "component") ?? obj.Str("reportingComponent")
            ?? obj.Str("reportingController") ?? "";
        long count = obj.Int("series", "count") ?? obj.Int("count") ?? obj.Int("deprecatedCount") ?? 1;
        return
        [
            Durations.Age(last, now), obj.Str("type"), obj.Str("reason"),
                $"{about.Str("kind")?.ToLowerInvariant()}/{about.Str("name")}",
            about.Str("fieldPath") ?? "", source, (obj.Str("message") ?? obj.Str("note") ?? "").Trim(),
                Durations.Age(first, now), count,
            obj.Name(),
        ];
    }
}
