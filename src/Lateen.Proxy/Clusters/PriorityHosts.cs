namespace Lateen.Proxy.Clusters;

/// <summary>The hosts of one priority, ready to pick from.</summary>
internal sealed class PriorityHosts
{
    private readonly Host[] _pickable;

    private PriorityHosts(Host[] pickable, int healthyCount, bool panic)
    {
        _pickable = pickable;
        HealthyCount = healthyCount;
        IsPanic = panic;
        for (int i = 1; i < pickable.Length && !WeightsDiffer; i++)
        {
            WeightsDiffer = pickable[i].Config.Weight != pickable[0].Config.Weight;
        }
    }

    /// <summary>The healthy hosts; in panic, all of them.</summary>
    public ReadOnlySpan<Host> Pickable => _pickable;

    public int HealthyCount { get; }

    public bool IsPanic { get; }

    public bool WeightsDiffer { get; }

    public static PriorityHosts Build(List<Host> members, int normalizedTotalHealth, double panicThresholdPercent)
    {
        Host[] healthy = [.. members.Where(static h => h.IsHealthy)];
        bool panic = members.Count > 0 && normalizedTotalHealth < 100
            && 100.0 * healthy.Length / members.Count < panicThresholdPercent;
        return new PriorityHosts(panic ? [.. members] : healthy, healthy.Length, panic);
    }
}
