namespace Lateen.Proxy.Clusters;

/// <summary>
/// How much of the traffic each priority takes, in percent, as Envoy computes it (load_balancer_impl, recalculatePerPriorityState).
/// </summary>
internal static class PriorityLoads
{
    /// <summary>What of 100 a priority can carry: its share of available hosts, with some health to spare.</summary>
    public static int Availability(long available, long count, int overprovisioning) =>
        count == 0 ? 0 : (int)Math.Min(100L, overprovisioning * available / count);

    /// <summary>False when no priority can carry anything; the loads are zero then.</summary>
    public static bool Compute(
        ReadOnlySpan<int> health, ReadOnlySpan<int> degradedHealth, Span<int> healthyLoads, Span<int> degradedLoads)
    {
        int total = 0;
        for (int i = 0; i < health.Length; i++)
        {
            total = Math.Min(100, total + health[i] + degradedHealth[i]);
        }

        healthyLoads.Clear();
        degradedLoads.Clear();
        if (total == 0)
        {
            return false;
        }

        int left = 100;
        int firstHealthy = Distribute(health, total, healthyLoads, ref left);
        int firstDegraded = Distribute(degradedHealth, total, degradedLoads, ref left);
        if (firstHealthy >= 0)
        {
            healthyLoads[firstHealthy] += left;
        }
        else
        {
            degradedLoads[firstDegraded] += left;
        }

        return true;
    }

    /// <summary>Every priority is in panic: load follows the number of hosts.</summary>
    public static void ByHostCount(ReadOnlySpan<int> counts, Span<int> loads)
    {
        int total = 0;
        foreach (int count in counts)
        {
            total += count;
        }

        int left = 100;
        int first = -1;
        for (int i = 0; i < counts.Length && total > 0; i++)
        {
            loads[i] = 100 * counts[i] / total;
            left -= loads[i];
            first = first < 0 && counts[i] > 0 ? i : first;
        }

        if (first >= 0)
        {
            loads[first] += left;
        }
    }

    // Each priority takes what its health allows of what is left. The first that takes anything, or -1.
    private static int Distribute(ReadOnlySpan<int> health, int total, Span<int> loads, ref int left)
    {
        int first = -1;
        for (int i = 0; i < health.Length; i++)
        {
            loads[i] = Math.Min(left, health[i] * 100 / total);
            left -= loads[i];
            first = first < 0 && health[i] > 0 ? i : first;
        }

        return first;
    }
}
