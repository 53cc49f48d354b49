namespace Lateen.Proxy.Xds.Reading;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>Whether an entry is to be written; the headers are null for a TCP connection.</summary>
internal delegate bool AccessLogFilter(StreamInfo info, HeaderMap? request);
