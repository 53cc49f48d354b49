namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;

/// <summary>
/// One step of a connection manager's filter chain. Shared by all workers and stateless: what belongs to a stream sits in
/// <see cref="HttpStream.State{T}"/>. Requests pass the filters in order, responses in reverse. Only request headers may be
/// paused.
/// </summary>
public abstract class HttpFilter
{
    /// <summary>This filter's place in the chain and in the stream's state slots; set when the chain is built.</summary>
    public int Slot { get; internal set; }

    /// <summary>The name the connection manager gives the filter; set when the chain is built.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>It may turn a request into gRPC.</summary>
    public virtual bool ChangesProtocol => false;

    public virtual FilterStatus OnRequestHeaders(HttpStream stream, bool endStream) => FilterStatus.Continue;

    /// <summary>
    /// Body bytes pass by; <see cref="HttpStream.ReplaceBody"/> puts others in their place. <see cref="FilterStatus.Responded"/> after a local reply.
    /// </summary>
    public virtual FilterStatus OnRequestData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream) =>
        FilterStatus.Continue;

    public virtual FilterStatus OnRequestTrailers(HttpStream stream, HeaderMap trailers) => FilterStatus.Continue;

    /// <summary>Local replies pass here too. Pausing a response is not possible.</summary>
    public virtual void OnResponseHeaders(HttpStream stream, bool endStream)
    {
    }

    public virtual void OnResponseData(HttpStream stream, ReadOnlySpan<byte> data, bool endStream)
    {
    }

    public virtual void OnResponseTrailers(HttpStream stream, HeaderMap trailers)
    {
    }

    /// <summary>The pause that this filter asked for in <see cref="OnRequestHeaders"/> is over.</summary>
    public virtual FilterStatus OnResume(HttpStream stream) => FilterStatus.Continue;

    /// <summary>
    /// Called exactly once per stream, whatever its end, before the access log is written. Release what you hold.
    /// </summary>
    public virtual void OnStreamComplete(HttpStream stream)
    {
    }
}
