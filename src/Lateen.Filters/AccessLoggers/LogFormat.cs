namespace Lateen.Filters.AccessLoggers;

using Lateen.Proxy.Formatting;

/// <summary>How an entry is written: text or JSON.</summary>
internal abstract class LogFormat
{
    public abstract void Write(FormatBuffer buffer, in FormatInput input);
}
