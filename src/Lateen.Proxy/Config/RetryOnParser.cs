namespace Lateen.Proxy.Config;

/// <summary>Reads retry_on lists; works on bytes so that the request header costs nothing.</summary>
public static class RetryOnParser
{
    /// <summary>
    /// False when a token is unknown, which is then skipped; a bare number is a retriable status code and ignored here.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RetryOn result)
    {
        result = RetryOn.None;
        bool known = true;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)',');
            ReadOnlySpan<byte> token = (end < 0 ? text : text[..end]).Trim((byte)' ');
            text = end < 0 ? default : text[(end + 1)..];
            RetryOn one = Token(token);
            known &= one is not RetryOn.None || token.IsEmpty;
            result |= one;
        }

        return known;
    }

    public static bool TryParse(string text, out RetryOn result) =>
        TryParse(System.Text.Encoding.ASCII.GetBytes(text), out result);

    private static RetryOn Token(ReadOnlySpan<byte> token)
    {
        if (token.SequenceEqual("5xx"u8))
        {
            return RetryOn.FiveXx;
        }

        if (token.SequenceEqual("gateway-error"u8))
        {
            return RetryOn.GatewayError;
        }

        if (token.SequenceEqual("reset"u8))
        {
            return RetryOn.Reset;
        }

        if (token.SequenceEqual("reset-before-request"u8))
        {
            return RetryOn.ResetBeforeRequest;
        }

        if (token.SequenceEqual("connect-failure"u8))
        {
            return RetryOn.ConnectFailure;
        }

        if (token.SequenceEqual("retriable-4xx"u8))
        {
            return RetryOn.Retriable4Xx;
        }

        if (token.SequenceEqual("refused-stream"u8))
        {
            return RetryOn.RefusedStream;
        }

        return Rare(token);
    }

    private static RetryOn Rare(ReadOnlySpan<byte> token) => token switch
    {
        _ when token.SequenceEqual("retriable-status-codes"u8) => RetryOn.RetriableStatusCodes,
        _ when token.SequenceEqual("retriable-headers"u8) => RetryOn.RetriableHeaders,
        _ when token.SequenceEqual("envoy-ratelimited"u8) => RetryOn.EnvoyRateLimited,
        _ when token.SequenceEqual("http3-post-connect-failure"u8) => RetryOn.Http3PostConnectFailure,
        _ when token.SequenceEqual("cancelled"u8) => RetryOn.GrpcCancelled,
        _ when token.SequenceEqual("deadline-exceeded"u8) => RetryOn.GrpcDeadlineExceeded,
        _ when token.SequenceEqual("internal"u8) => RetryOn.GrpcInternal,
        _ when token.SequenceEqual("resource-exhausted"u8) => RetryOn.GrpcResourceExhausted,
        _ when token.SequenceEqual("unavailable"u8) => RetryOn.GrpcUnavailable,
        _ => RetryOn.None,
    };
}
