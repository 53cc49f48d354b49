namespace Lateen.Filters.AccessLoggers;

/// <summary>%START_TIME% as 2026-01-31T10:20:30.456Z (UTC).</summary>
internal sealed class StartTimeOperator : LogOperator
{
    public override bool TryWrite(LogBuffer buffer, in LogEntry entry)
    {
        DateTime time = DateTime.UnixEpoch.AddTicks(entry.Info.StartUnixMicros * TimeSpan.TicksPerMicrosecond);
        buffer.AppendPadded(time.Year, 4);
        buffer.Append((byte)'-');
        buffer.AppendPadded(time.Month, 2);
        buffer.Append((byte)'-');
        buffer.AppendPadded(time.Day, 2);
        buffer.Append((byte)'T');
        buffer.AppendPadded(time.Hour, 2);
        buffer.Append((byte)':');
        buffer.AppendPadded(time.Minute, 2);
        buffer.Append((byte)':');
        buffer.AppendPadded(time.Second, 2);
        buffer.Append((byte)'.');
        buffer.AppendPadded(time.Millisecond, 3);
        buffer.Append((byte)'Z');
        return true;
    }
}
