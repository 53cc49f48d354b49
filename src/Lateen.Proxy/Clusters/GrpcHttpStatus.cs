namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;

/// <summary>The HTTP status that outlier detection takes for a gRPC status in a response head (Envoy, grpcToHttpStatus).</summary>
internal static class GrpcHttpStatus
{
    /// <summary>Null when the head carries none; a status in trailers comes too late to be seen, as in Envoy.</summary>
    public static int? Of(HeaderMap headers)
    {
        if (!headers.TryGet("grpc-status"u8, out ReadOnlySpan<byte> text)
            || !headers.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8))
        {
            return null;
        }

        return int.TryParse(text, System.Globalization.NumberStyles.None, null, out int code) ? Of(code) : 500;
    }

    private static int Of(int code) => code switch
    {
        0 => 200,
        1 => 499,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        _ => 500,
    };
}
