namespace Lateen.Proxy.Http;

using System.Buffers.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>The timeouts of one request, from its route and, where trusted, its headers. Zero means none.</summary>
internal readonly record struct RequestTimeouts(long GlobalMicros, long PerTryMicros)
{
    private const long MicrosPerMilli = 1000;

    /// <summary>Reads and removes the headers (Envoy, FilterUtility::finalTimeout).</summary>
    public static RequestTimeouts Take(HeaderMap request, ForwardAction action, RouteTimeouts route, bool trusted, bool grpc)
    {
        long global = route.GlobalMicros;
        if (grpc && action.MaxGrpcTimeout is { } most)
        {
            global = GrpcMicros(request, ConnectionManager.Micros(most), ConnectionManager.Micros(action.GrpcTimeoutOffset));
        }

        long perTry = route.PerTryMicros;
        if (trusted)
        {
            if (TryTake(request, "x-envoy-upstream-rq-timeout-ms"u8, out long milliseconds))
            {
                global = milliseconds * MicrosPerMilli;
            }

            if (TryTake(request, "x-envoy-upstream-rq-per-try-timeout-ms"u8, out milliseconds))
            {
                perTry = milliseconds * MicrosPerMilli;
            }
        }

        // A try that may last as long as the whole adds nothing.
        perTry = global > 0 && perTry >= global ? 0 : perTry;
        long expected = perTry > 0 ? perTry : global;
        if (expected > 0)
        {
            if (expected == route.ExpectedMicros)
            {
                request.SetOwn("x-envoy-expected-rq-timeout-ms"u8, route.ExpectedText);
            }
            else
            {
                LocalReply.SetOwnNumber(request, "x-envoy-expected-rq-timeout-ms"u8, expected / MicrosPerMilli);
            }

            if (grpc)
            {
                // The next one learns what is left (Envoy, FilterUtility::setTimeoutHeaders).
                GrpcText.SetTimeout(request, expected);
            }
        }

        return new RequestTimeouts(global, perTry);
    }

    /// <summary>How long the client will wait, within the route's limits. Zero, as a limit and as a result, means for ever.</summary>
    public static long GrpcMicros(HeaderMap request, long most, long offset)
    {
        GrpcText.TryGetTimeout(request, out long wanted);
        if (offset < wanted)
        {
            wanted -= offset;
        }

        return most > 0 && (wanted == 0 || wanted > most) ? most : wanted;
    }

    /// <summary>The same for the duration of the whole stream; -1 where the route does not ask for it.</summary>
    public static long GrpcDurationMicros(HeaderMap request, ForwardAction action) => action.GrpcTimeoutHeaderMax is { } most
        ? GrpcMicros(request, ConnectionManager.Micros(most), ConnectionManager.Micros(action.GrpcTimeoutHeaderOffset))
        : -1;

    public static bool TryTake(HeaderMap request, ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        if (!request.TryGet(name, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        bool valid = Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value >= 0;
        request.Remove(name);
        return valid;
    }
}
