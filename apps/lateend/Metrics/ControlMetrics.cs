namespace Lateen.Lateend.Metrics;

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Lateen.Control.Ads;

/// <summary>istiod's metrics under Istio's names, in Prometheus text format 0.0.4.</summary>
internal sealed class ControlMetrics(TimeProvider time) : IControlMetrics
{
    private static readonly double[] Seconds = [0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30];

    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, long> _pushes = new();
    private readonly ConcurrentDictionary<string, long> _rejects = new();
    private readonly ConcurrentDictionary<string, long> _injections = new();
    private readonly Distribution _convergence = new(Seconds);
    private readonly Distribution _queue = new(Seconds);
    private readonly Distribution _debounce = new(Seconds);
    private int _connected;

    public void ConnectionsChanged(int connected) => Volatile.Write(ref _connected, connected);

    public void Pushed(XdsType type, int resources) => Count(_pushes, type.ToString().ToLowerInvariant());

    public void Rejected(XdsType type) => Count(_rejects, type.ToString().ToLowerInvariant());

    public void Converged(TimeSpan elapsed) => _convergence.Record(elapsed.TotalSeconds);

    public void Queued(TimeSpan elapsed) => _queue.Record(elapsed.TotalSeconds);

    public void Debounced(TimeSpan elapsed, int changes) => _debounce.Record(elapsed.TotalSeconds);

    /// <summary>Outcome is requests, success, failure or skip.</summary>
    public void Injection(string outcome) => Count(_injections, outcome);

    public string Format()
    {
        var text = new StringBuilder();
        Family(text, "istio_build", "gauge", "istio_build{component=\"pilot\",tag=\"0.1.0\"} 1");
        Family(text, "istiod_uptime_seconds", "gauge",
            string.Create(CultureInfo.InvariantCulture, $"istiod_uptime_seconds {time.GetElapsedTime(_started).TotalSeconds:F3}"));
        Family(text, "pilot_xds", "gauge", $"pilot_xds{{version=\"0.1.0\"}} {Volatile.Read(ref _connected)}");
        Family(text, "pilot_xds_pushes", "counter", [.. _pushes.Select(p => $"pilot_xds_pushes{{type=\"{p.Key}\"}} {p.Value}")]);
        Family(text, "pilot_total_xds_rejects", "counter", [.. _rejects.Select(p => $"pilot_total_xds_rejects{{type=\"{p.Key}\"}} {p.Value}")]);
        foreach ((string outcome, long count) in _injections)
        {
            Family(text, $"sidecar_injection_{outcome}_total", "counter", $"sidecar_injection_{outcome}_total {count}");
        }

        _convergence.Write(text, "pilot_proxy_convergence_time");
        _queue.Write(text, "pilot_proxy_queue_time");
        _debounce.Write(text, "pilot_debounce_time");
        return text.ToString();
    }

    private static void Count(ConcurrentDictionary<string, long> counters, string key) =>
        counters.AddOrUpdate(key, 1, (_, count) => count + 1);

    private static void Family(StringBuilder text, string name, string type, params string[] samples)
    {
        if (samples.Length > 0)
        {
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n').AppendJoin('\n', samples).Append('\n');
        }
    }

    private sealed class Distribution(double[] bounds)
    {
        private readonly Lock _gate = new();
        private readonly long[] _counts = new long[bounds.Length];
        private long _count;
        private double _sum;

        public void Record(double value)
        {
            lock (_gate)
            {
                _count++;
                _sum += value;
                for (int i = 0; i < bounds.Length; i++)
                {
                    _counts[i] += value <= bounds[i] ? 1 : 0;
                }
            }
        }

        public void Write(StringBuilder text, string name)
        {
            lock (_gate)
            {
                text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} histogram\n");
                for (int i = 0; i < bounds.Length; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bounds[i]}\"}} {_counts[i]}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"+Inf\"}} {_count}\n{name}_sum {_sum}\n{name}_count {_count}\n");
            }
        }
    }
}
