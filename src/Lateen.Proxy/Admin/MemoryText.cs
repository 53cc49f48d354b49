namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>
/// /memory in Envoy's shape (envoy.admin.v3.Memory, numbers as text), with two fields of ours: all that was ever allocated, which a warm
/// request must not move, and collections so far.
/// </summary>
internal static class MemoryText
{
    public static string Write()
    {
        GCMemoryInfo heap = GC.GetGCMemoryInfo();
        long allocated = GC.GetTotalMemory(forceFullCollection: false);
        return new JsonObject
        {
            ["allocated"] = Text(allocated),
            ["heap_size"] = Text(heap.TotalCommittedBytes),
            ["pageheap_unmapped"] = "0",
            ["pageheap_free"] = Text(Math.Max(0, heap.TotalCommittedBytes - allocated)),
            ["total_thread_cache"] = "0",
            ["total_physical_bytes"] = Text(Environment.WorkingSet),
            ["total_allocated"] = Text(GC.GetTotalAllocatedBytes(precise: true)),
            ["collections"] = Text(GC.CollectionCount(0)),
        }.ToJsonString(JsonText.Indented);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
