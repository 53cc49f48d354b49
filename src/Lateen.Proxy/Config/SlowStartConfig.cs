namespace Lateen.Proxy.Config;

/// <summary>How a new host's share grows to its full weight.</summary>
public sealed record SlowStartConfig
{
    public required TimeSpan Window { get; init; }

    /// <summary>1 grows evenly; above 1 it grows faster at the start.</summary>
    public double Aggression { get; init; } = 1;

    public double MinWeightPercent { get; init; } = 10;

    /// <summary>The share of its weight that a host of this age has: max(min, (age / window) ^ (1 / aggression)).</summary>
    internal double FactorAt(long ageMicros)
    {
        double window = Window.TotalMicroseconds;
        if (ageMicros >= window)
        {
            return 1;
        }

        // A host has an age of a millisecond at least (Envoy, applySlowStartFactor).
        double time = Math.Max(ageMicros, 1000) / window;
        double grown = Aggression == 1 ? time : Math.Pow(time, 1 / Aggression);
        return Math.Min(1, Math.Max(MinWeightPercent / 100, grown));
    }
}
