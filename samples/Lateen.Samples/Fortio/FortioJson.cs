namespace Lateen.Samples.Fortio;

using System.Globalization;
using System.Text.Json;

/// <summary>The result file of `-json`, with fortio's field names.</summary>
internal static class FortioJson
{
    public static void Write(string file, FortioOptions options, Uri url, FortioResults results, DateTimeOffset started, TimeSpan took)
    {
        using Stream output = file == "-" ? Console.OpenStandardOutput() : File.Create(file);
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("RunType", "HTTP");
        writer.WriteString("Labels", options.Labels);
        writer.WriteString("StartTime", started);
        writer.WriteString("RequestedQPS", options.Rate > 0 ? options.Rate.ToString(CultureInfo.InvariantCulture) : "max");
        writer.WriteString("RequestedDuration", options.Count > 0 ? $"exactly {options.Count} calls" : GoDuration.Format(options.Duration));
        writer.WriteNumber("ActualQPS", results.Seconds.Count / took.TotalSeconds);
        writer.WriteNumber("ActualDuration", (long)(took.TotalSeconds * 1e9));
        writer.WriteNumber("NumThreads", options.Connections);
        writer.WriteString("Version", FortioCommand.Version);
        WriteHistogram(writer, "DurationHistogram", results.Seconds, options.Percentiles);
        writer.WriteNumber("Exactly", options.Count);
        writer.WriteStartObject("RetCodes");
        foreach ((int code, long count) in results.Codes.OrderBy(static c => c.Key))
        {
            writer.WriteNumber(code.ToString(CultureInfo.InvariantCulture), count);
        }

        writer.WriteEndObject();
        WriteHistogram(writer, "Sizes", results.TotalBytes, []);
        WriteHistogram(writer, "HeaderSizes", results.HeaderBytes, []);
        writer.WriteString("URL", url.ToString());
        writer.WriteNumber("NumConnections", options.Connections);
        writer.WriteNumber("SocketCount", results.SocketsUsed);
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteHistogram(Utf8JsonWriter writer, string name, Histogram values, IReadOnlyList<double> percentiles)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("Count", values.Count);
        writer.WriteNumber("Min", values.Min);
        writer.WriteNumber("Max", values.Max);
        writer.WriteNumber("Sum", values.Sum);
        writer.WriteNumber("Avg", values.Average);
        writer.WriteNumber("StdDev", values.Deviation);
        writer.WriteStartArray("Data");
        foreach (HistogramRange range in values.Ranges())
        {
            writer.WriteStartObject();
            writer.WriteNumber("Start", range.Start);
            writer.WriteNumber("End", range.End);
            writer.WriteNumber("Percent", range.Percent);
            writer.WriteNumber("Count", range.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("Percentiles");
        foreach (double percent in percentiles)
        {
            writer.WriteStartObject();
            writer.WriteNumber("Percentile", percent);
            writer.WriteNumber("Value", values.Percentile(percent));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
