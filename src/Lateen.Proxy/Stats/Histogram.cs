namespace Lateen.Proxy.Stats;

using System.Numerics;

/// <summary>Counts of observations per bucket, with Istio's default bounds (milliseconds, or bytes for size metrics).</summary>
public sealed class Histogram
{
    /// <summary>Upper bounds of the buckets; Envoy's and therefore Istio's defaults.</summary>
    private static readonly double[] Bounds =
    [
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
    ];

    // By the number of bits of a value: the first bucket that it may be in.
    private static readonly byte[] FirstBuckets = [.. Enumerable.Range(0, 65).Select(static bits => (byte)BucketFrom(0, Smallest(bits)))];

    private readonly StatCell[] _buckets;
    private readonly StatCell _sum;

    internal Histogram(StatScope scope)
    {
        Scope = scope;
        _buckets = new StatCell[Bounds.Length + 1];
        for (int i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] = scope.NewCell();
        }

        _sum = scope.NewCell();
    }

    /// <summary>Kept alive by this.</summary>
    internal StatScope Scope { get; }

    public static ReadOnlySpan<double> BucketBounds => Bounds;

    public long Count
    {
        get
        {
            long count = 0;
            foreach (StatCell bucket in _buckets)
            {
                count += bucket.Sum();
            }

            return count;
        }
    }

    public long Sum => _sum.Sum();

    public void Record(long value)
    {
        _buckets[BucketOf(value)].Add(1);
        _sum.Add(value);
    }

    /// <summary>From the worker's own thread.</summary>
    public void Record(long value, StatStripe stripe)
    {
        if (value <= 0)
        {
            _buckets[0].Add(1, stripe);
        }
        else
        {
            _buckets[BucketOf(value)].Add(1, stripe);
            _sum.Add(value, stripe);
        }
    }

    internal void Reset()
    {
        foreach (StatCell bucket in _buckets)
        {
            bucket.Add(-bucket.Sum());
        }

        _sum.Add(-_sum.Sum());
    }

    /// <summary>Observations at or below the bound with this index; the index after the last bound means all.</summary>
    internal long CumulativeCount(int boundIndex)
    {
        long count = 0;
        for (int i = 0; i <= boundIndex; i++)
        {
            count += _buckets[i].Sum();
        }

        return count;
    }

    private static int BucketOf(long value) =>
        value <= 0 ? 0 : BucketFrom(FirstBuckets[64 - BitOperations.LeadingZeroCount((ulong)value)], value);

    private static int BucketFrom(int bucket, double value)
    {
        while (bucket < Bounds.Length && value > Bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    // The smallest number of so many bits.
    private static double Smallest(int bits) => bits == 0 ? 0 : Math.ScaleB(1, bits - 1);
}
