namespace Lateen.Samples.Bookinfo;

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

/// <summary>The page's own counter of what its calls to other services returned, in Prometheus' text format.</summary>
internal static class RequestResults
{
    private static readonly ConcurrentDictionary<(string App, int Code), long> Counts = [];

    public static void Count(string app, int code) => Counts.AddOrUpdate((app, code), 1, (_, count) => count + 1);

    public static string Text()
    {
        StringBuilder text = new("# HELP request_result_total Results of requests\n# TYPE request_result_total counter\n");
        foreach (((string app, int code), long count) in Counts.OrderBy(c => c.Key))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"request_result_total{{destination_app=\"{app}\",response_code=\"{code}\"}} {count}.0\n");
        }

        return text.ToString();
    }
}
