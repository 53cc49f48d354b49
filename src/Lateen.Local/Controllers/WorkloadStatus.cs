namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Counts in a workload's status, written as Kubernetes writes them: zero is left out (omitempty).</summary>
internal static class WorkloadStatus
{
    public static void SetCount(JsonObject status, string field, long count)
    {
        if (count == 0)
        {
            status.Remove(field);
        }
        else
        {
            status[field] = count;
        }
    }
}
