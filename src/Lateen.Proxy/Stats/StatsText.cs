namespace Lateen.Proxy.Stats;

using System.Globalization;
using System.Text;

/// <summary>Writes statistics as Prometheus text (version 0.0.4) and as Envoy's /stats text.</summary>
internal static class StatsText
{
    public static string Prometheus(StatsStore store, Func<Stat, bool>? include = null)
    {
        var text = new StringBuilder();
        string? metric = null;
        foreach (Stat stat in store.Snapshot())
        {
            if (include is not null && !include(stat))
            {
                continue;
            }

            if (metric != stat.Name.PrometheusName)
            {
                metric = stat.Name.PrometheusName;
                text.Append("# TYPE ").Append(metric).Append(' ').Append(TypeOf(stat)).Append('\n');
            }

            AppendPrometheus(text, stat);
        }

        return text.ToString();
    }

    public static string Envoy(StatsStore store, Func<Stat, bool>? include = null)
    {
        var lines = new List<string>();
        foreach (Stat stat in store.Snapshot())
        {
            if (include is not null && !include(stat))
            {
                continue;
            }

            lines.Add(EnvoyLine(stat));
        }

        lines.Sort(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string EnvoyLine(Stat stat)
    {
        switch (stat.Value)
        {
            case Counter counter:
                return Invariant($"{stat.Name.EnvoyName}: {counter.Value}");
            case Gauge gauge:
                return Invariant($"{stat.Name.EnvoyName}: {gauge.Value}");
            default:
                var histogram = (Histogram)stat.Value;
                return histogram.Count == 0
                    ? $"{stat.Name.EnvoyName}: No recorded values"
                    : Invariant($"{stat.Name.EnvoyName}: count={histogram.Count} sum={histogram.Sum}");
        }
    }

    private static string TypeOf(Stat stat) => stat.Value switch
    {
        Counter => "counter",
        Gauge => "gauge",
        _ => "histogram",
    };

    private static void AppendPrometheus(StringBuilder text, Stat stat)
    {
        switch (stat.Value)
        {
            case Counter counter:
                AppendSample(text, stat.Name.PrometheusName, stat.Name.Labels, counter.Value);
                break;
            case Gauge gauge:
                AppendSample(text, stat.Name.PrometheusName, stat.Name.Labels, gauge.Value);
                break;
            case Histogram histogram:
                AppendHistogram(text, stat.Name, histogram);
                break;
        }
    }

    private static void AppendHistogram(StringBuilder text, StatName name, Histogram histogram)
    {
        string separator = name.Labels.Length == 0 ? "" : ",";
        ReadOnlySpan<double> bounds = Histogram.BucketBounds;
        for (int i = 0; i < bounds.Length; i++)
        {
            string bound = bounds[i].ToString(CultureInfo.InvariantCulture);
            AppendSample(text, name.PrometheusName + "_bucket", $"{name.Labels}{separator}le=\"{bound}\"", histogram.CumulativeCount(i));
        }

        long count = histogram.CumulativeCount(bounds.Length);
        AppendSample(text, name.PrometheusName + "_bucket", $"{name.Labels}{separator}le=\"+Inf\"", count);
        AppendSample(text, name.PrometheusName + "_sum", name.Labels, histogram.Sum);
        AppendSample(text, name.PrometheusName + "_count", name.Labels, count);
    }

    private static void AppendSample(StringBuilder text, string metric, string labels, long value)
    {
        text.Append(metric).Append('{').Append(labels).Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
