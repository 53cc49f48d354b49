namespace Lateen.Proxy.Stats;

using System.Buffers;
using System.Text;

/// <summary>Labels rendered once for the several metrics that carry them.</summary>
public sealed record StatLabels
{
    // The exposition format escapes exactly these three inside a label value.
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    private StatLabels(string envoy, string prometheus)
    {
        Envoy = envoy;
        Prometheus = prometheus;
    }

    /// <summary><c>.key.value</c> for each.</summary>
    public string Envoy { get; }

    /// <summary><c>key="value"</c> for each, separated by commas.</summary>
    public string Prometheus { get; }

    public static StatLabels Of(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var envoy = new StringBuilder();
        var prometheus = new StringBuilder();
        foreach ((string key, string value) in labels)
        {
            envoy.Append('.').Append(key).Append('.').Append(value);
            Append(prometheus, key, value);
        }

        return new StatLabels(envoy.ToString(), prometheus.ToString());
    }

    internal static void Append(StringBuilder to, string key, string value)
    {
        to.Append(to.Length > 0 ? "," : "").Append(key).Append("=\"");
        if (!value.AsSpan().ContainsAny(Escaped))
        {
            to.Append(value).Append('"');
            return;
        }

        to.Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
    }
}
