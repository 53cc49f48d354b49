namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;

/// <summary>Writes one entry per HTTP stream or TCP connection. Called on the worker; must neither block nor allocate.</summary>
public abstract class AccessLogger
{
    /// <summary>The maps are null for a TCP connection; the response map is empty when no response was sent.</summary>
    public abstract void Log(StreamInfo info, HeaderMap? request, HeaderMap? response);
}
