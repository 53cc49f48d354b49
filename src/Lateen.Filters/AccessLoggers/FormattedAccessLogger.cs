namespace Lateen.Filters.AccessLoggers;

using Lateen.Engine.Http;
using Lateen.Proxy.Formatting;
using Lateen.Proxy.Http;

/// <summary>Formats each entry on the worker and hands the bytes to the sink's own thread.</summary>
internal sealed class FormattedAccessLogger(LogFormat format, LogSink sink) : AccessLogger
{
    public override void Log(StreamInfo info, HeaderMap? request, HeaderMap? response)
    {
        FormatBuffer buffer = FormatBuffer.OfThread;
        buffer.Clear();
        format.Write(buffer, new FormatInput(info, request, response));
        sink.Append(buffer.Written);
    }
}
