namespace Lateen.Engine.Http1;

/// <summary>What a codec is in the middle of; timeouts are armed by it.</summary>
public enum Http1Phase : byte
{
    /// <summary>Nothing is under way on a kept-alive connection.</summary>
    Idle,
    StartLine,
    Headers,
    Body,
    Trailers,

    /// <summary>The request was read whole; its response is not finished.</summary>
    AwaitingResponse,

    /// <summary>Upgrade or CONNECT was asked for and not answered yet.</summary>
    AwaitingTunnel,

    /// <summary>Bytes pass through unread (RFC 9110 section 7.8).</summary>
    Tunnel,

    Closed,
}
