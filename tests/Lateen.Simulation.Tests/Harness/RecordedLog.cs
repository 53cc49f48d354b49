namespace Lateen.Simulation.Tests.Harness;

using System.Text;

/// <summary>An access log in memory.</summary>
internal sealed class RecordedLog : MemoryStream
{
    /// <summary>Its lines, oldest first; the sink must have been flushed.</summary>
    public IReadOnlyList<string> Lines => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // The sink's thread may outlive the test's interest by a moment.
    protected override void Dispose(bool disposing)
    {
    }
}
