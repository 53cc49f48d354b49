namespace Lateen.Samples.Tests.Fortio;

using Lateen.Samples.Fortio;

public sealed class HistogramTests
{
    [Fact]
    public void Ranges_start_at_the_least_value_and_end_at_the_greatest()
    {
        Histogram times = Of(0.0005, 0.0015, 0.0017, 0.0145);

        Assert.Equal(
            [new HistogramRange(0.0005, 0.001, 25, 1), new HistogramRange(0.001, 0.002, 75, 2), new HistogramRange(0.014, 0.0145, 100, 1)],
            times.Ranges());
    }

    [Fact]
    public void A_percentile_lies_on_a_straight_line_through_its_range()
    {
        Histogram times = Of(0.0005, 0.0015, 0.0017, 0.0145);

        Assert.Equal(0.0015, times.Percentile(50), 9);
        Assert.Equal(0.0142, times.Percentile(85), 9);
        Assert.Equal(0.0005, times.Percentile(0), 9);
        Assert.Equal(0.0145, times.Percentile(100), 9);
    }

    [Fact]
    public void A_value_on_a_limit_belongs_to_the_range_below_it() =>
        Assert.Equal([new HistogramRange(0.001, 0.001, 50, 1), new HistogramRange(0.001, 0.002, 100, 1)], Of(0.001, 0.002).Ranges());

    [Fact]
    public void Average_and_deviation_are_those_of_all_values()
    {
        Histogram times = Of(0.002, 0.004, 0.004, 0.004, 0.005, 0.005, 0.007, 0.009);

        Assert.Equal(0.005, times.Average, 9);
        Assert.Equal(0.002, times.Deviation, 9);
    }

    [Fact]
    public void A_sum_of_histograms_is_the_histogram_of_all_values()
    {
        Histogram sum = Of(0.003, 0.2);
        sum.Add(Of());
        sum.Add(Of(0.0001, 90, 200_000));

        Histogram whole = Of(0.003, 0.2, 0.0001, 90, 200_000);
        Assert.Equal(whole.Ranges(), sum.Ranges());
        Assert.Equal((whole.Min, whole.Max, whole.Count), (sum.Min, sum.Max, sum.Count));
        Assert.Equal(whole.Deviation, sum.Deviation, 6);
    }

    [Fact]
    public void No_values_have_no_ranges_and_percentiles_of_zero()
    {
        Assert.Empty(Of().Ranges());
        Assert.Equal(0, Of().Percentile(50));
    }

    private static Histogram Of(params double[] values)
    {
        Histogram histogram = new(0.001);
        foreach (double value in values)
        {
            histogram.Record(value);
        }

        return histogram;
    }
}
