namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Globalization;
using System.Runtime;

/// <summary>What a second client notices of an attack: its 99th percentile alone and during the attack, in rounds that take turns.</summary>
internal sealed class Disturbance
{
    private const int BytesOfRound = 128 * 1024 * 1024;

    private readonly List<(Latencies Alone, Latencies Attacked)> _rounds = [];

    /// <summary>
    /// The median of the rounds' ratios. Every round counts; as the two halves of a round follow each other, what else this machine does falls
    /// on both.
    /// </summary>
    public double MedianRatio => _rounds.Select(static r => r.Attacked.P99 / r.Alone.P99).Order().ElementAt(_rounds.Count / 2);

    /// <summary>Alternates: the client alone for a time, then the client beside the attack. One round that is not counted comes first.</summary>
    public static async Task<Disturbance> MeasureAsync(SecondClient client, int rounds, TimeSpan alone, Func<Task> attack)
    {
        var disturbance = new Disturbance();
        await client.MeasureAsync(attack);
        for (int i = 0; i < rounds; i++)
        {
            Latencies quiet = await WithoutCollectionAsync(() => client.MeasureAsync(alone));
            disturbance._rounds.Add((quiet, await WithoutCollectionAsync(() => client.MeasureAsync(attack))));
        }

        return disturbance;
    }

    // A collection that an attacker sets off stops the client's thread too.
    private static async Task<Latencies> WithoutCollectionAsync(Func<Task<Latencies>> measure)
    {
        GC.TryStartNoGCRegion(BytesOfRound);
        try
        {
            return await measure();
        }
        finally
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
    }

    public override string ToString()
    {
        IEnumerable<string> rounds = _rounds.Select(static r => string.Create(
            CultureInfo.InvariantCulture,
            $"{r.Attacked.P99 / r.Alone.P99:F2} (p99 {r.Alone.P99:F3} ms of {r.Alone.Count} alone, "
            + $"{r.Attacked.P99:F3} ms of {r.Attacked.Count} attacked; p50 {r.Alone.P50:F3} and {r.Attacked.P50:F3})"));
        return string.Create(CultureInfo.InvariantCulture, $"median ratio {MedianRatio:F2}; ") + string.Join("; ", rounds);
    }
}
