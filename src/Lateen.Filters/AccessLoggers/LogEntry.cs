namespace Lateen.Filters.AccessLoggers;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>What a log operator may read.</summary>
internal readonly record struct LogEntry(StreamInfo Info, HeaderMap? Request, HeaderMap? Response);
