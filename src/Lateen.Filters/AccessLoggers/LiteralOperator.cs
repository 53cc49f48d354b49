namespace Lateen.Filters.AccessLoggers;

using System.Text;

/// <summary>Text between the operators.</summary>
internal sealed class LiteralOperator(string text) : LogOperator
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public override bool TryWrite(LogBuffer buffer, in LogEntry entry)
    {
        buffer.Append(_bytes);
        return true;
    }
}
