namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>How long answers took, in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    public Latencies(IEnumerable<double> milliseconds) => _sorted = [.. milliseconds.Order()];

    public int Count => _sorted.Length;

    public double P50 => At(0.50);

    public double P99 => At(0.99);

    private double At(double share) => _sorted[(int)(_sorted.Length * share)];
}
