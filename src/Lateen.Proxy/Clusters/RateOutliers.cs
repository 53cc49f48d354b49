namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>Finds the hosts whose share of successes in the last interval stands out (Envoy, processSuccessRateEjections).</summary>
internal sealed class RateOutliers(OutlierRateConfig config, bool split)
{
    private readonly List<(Host, OutlierKind)> _found = [];

    /// <summary>Empties the hosts' counts on the way.</summary>
    public IReadOnlyList<(Host Host, OutlierKind Kind)> Find(Host[] hosts)
    {
        Judge(
            [.. hosts.Select(static h => new Sample(h, h.Outlier.External.Take()))],
            OutlierKind.SuccessRate, OutlierKind.FailurePercentage);
        Sample[] local = [.. hosts.Select(static h => new Sample(h, h.Outlier.Local.Take()))];
        if (split)
        {
            Judge(local, OutlierKind.LocalOriginSuccessRate, OutlierKind.LocalOriginFailurePercentage);
        }

        return _found;
    }

    private void Judge(Sample[] samples, OutlierKind rate, OutlierKind percentage)
    {
        Sample[] forRate = Enough(samples, config.SuccessRateRequestVolume);
        if (forRate.Length > 0 && forRate.Length >= config.SuccessRateMinimumHosts)
        {
            double mean = forRate.Average(static s => s.Percent);
            double deviation = Math.Sqrt(forRate.Average(s => (s.Percent - mean) * (s.Percent - mean)));
            double threshold = mean - (deviation * config.SuccessRateStdevFactor / 1000);
            Add(forRate.Where(s => s.Percent < threshold), rate);
        }

        Sample[] forPercentage = Enough(samples, config.FailurePercentageRequestVolume);
        if (forPercentage.Length > 0 && forPercentage.Length >= config.FailurePercentageMinimumHosts)
        {
            Add(forPercentage.Where(s => 100 - s.Percent >= config.FailurePercentageThreshold), percentage);
        }
    }

    private static Sample[] Enough(Sample[] samples, uint volume) =>
        [.. samples.Where(s => s.Total > 0 && s.Total >= volume && !s.Host.Outlier.IsEjected)];

    private void Add(IEnumerable<Sample> samples, OutlierKind kind) => _found.AddRange(samples.Select(s => (s.Host, kind)));

    private readonly record struct Sample(Host Host, long Total, double Percent)
    {
        public Sample(Host host, (long Total, long Success) count)
            : this(host, count.Total, count.Total == 0 ? 0 : 100.0 * count.Success / count.Total)
        {
        }
    }
}
