namespace Lateen.Proxy.Http;

using Lateen.Engine.Transport;

/// <summary>The HTTP version spoken on a downstream connection.</summary>
internal abstract class DownstreamCodec
{
    public abstract HttpProtocol Protocol { get; }

    /// <summary>Takes over the connection and becomes its handler.</summary>
    public abstract void Attach(Connection connection);

    /// <summary>Tells the client to open no more streams (GOAWAY); HTTP/1.1 says it with its next response instead.</summary>
    public abstract void Drain();

    /// <summary>A request's head took too long.</summary>
    public virtual void TimeOutHead() => Close(CloseMode.Flush);

    public abstract void Close(CloseMode mode);
}
