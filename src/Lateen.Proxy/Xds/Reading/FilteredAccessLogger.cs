namespace Lateen.Proxy.Xds.Reading;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>Logs only what its filter lets through, for example NR connections of a virtual listener.</summary>
internal sealed class FilteredAccessLogger(AccessLogFilter filter, AccessLogger inner) : AccessLogger
{
    public override void Log(StreamInfo info, HeaderMap? request, HeaderMap? response)
    {
        if (filter(info, request))
        {
            inner.Log(info, request, response);
        }
    }
}
