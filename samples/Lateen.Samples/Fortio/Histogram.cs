namespace Lateen.Samples.Fortio;

/// <summary>A filled range of a histogram: values above Start and not above End, and the share of all values up to it.</summary>
internal readonly record struct HistogramRange(double Start, double End, double Percent, long Count);

/// <summary>Counts values in ranges that widen as fortio's do, so that percentiles compare with its own.</summary>
internal sealed class Histogram
{
    // fortio's range limits, in units of its resolution (-r, by default one millisecond).
    private static readonly int[] Limits =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200, 250,
        300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 2000, 3000, 4000, 5000, 7500, 10000, 20000, 30000, 40000, 50000, 75000, 100000,
    ];

    private readonly double _resolution;
    private readonly long[] _counts = new long[Limits.Length + 1];
    private double _squares;

    public Histogram(double resolution)
    {
        _resolution = resolution;
    }

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double Min { get; private set; }

    public double Max { get; private set; }

    public double Average => Count == 0 ? 0 : Sum / Count;

    public double Deviation => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, (_squares / Count) - (Average * Average)));

    public void Record(double value)
    {
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Count == 0 ? value : Math.Max(Max, value);
        Count++;
        Sum += value;
        _squares += value * value;
        int range = 0;
        while (range < Limits.Length && value > Limits[range] * _resolution)
        {
            range++;
        }

        _counts[range]++;
    }

    public void Add(Histogram other)
    {
        if (other.Count == 0)
        {
            return;
        }

        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Count == 0 ? other.Max : Math.Max(Max, other.Max);
        Count += other.Count;
        Sum += other.Sum;
        _squares += other._squares;
        for (int range = 0; range < _counts.Length; range++)
        {
            _counts[range] += other._counts[range];
        }
    }

    /// <summary>The ranges that hold values; the first starts at the least value, the last ends at the greatest.</summary>
    public IReadOnlyList<HistogramRange> Ranges()
    {
        List<HistogramRange> ranges = [];
        long counted = 0;
        for (int range = 0; range < _counts.Length; range++)
        {
            if (_counts[range] == 0)
            {
                continue;
            }

            double start = counted == 0 ? Min : Limits[range - 1] * _resolution;
            counted += _counts[range];
            double end = counted == Count ? Max : Limits[range] * _resolution;
            ranges.Add(new HistogramRange(start, end, 100.0 * counted / Count, _counts[range]));
        }

        return ranges;
    }

    /// <summary>The value that so many percent do not exceed, in a straight line through the range that it falls into.</summary>
    public double Percentile(double percent)
    {
        double before = 0;
        foreach (HistogramRange range in Ranges())
        {
            if (percent < range.Percent)
            {
                double share = Math.Max(0, percent - before) / (range.Percent - before);
                return range.Start + (share * (range.End - range.Start));
            }

            before = range.Percent;
        }

        return Max;
    }
}
