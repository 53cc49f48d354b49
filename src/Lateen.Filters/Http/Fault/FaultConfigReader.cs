namespace Lateen.Filters.Http.Fault;

using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;

/// <summary>Reads envoy.extensions.filters.http.fault.v3.HTTPFault.</summary>
internal static class FaultConfigReader
{
    // What a client that does not speak gRPC gets, by gRPC status (Envoy's Grpc::Utility::grpcToHttpStatus).
    private static readonly int[] _httpOfGrpc = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

    public static HttpFilterFactory? ReadFilter(string name, Any any, string path, ReadContext context)
    {
        FaultConfig? config = Read(any, path, context);
        return config is null ? null : new FaultFilterFactory(name, config);
    }

    public static object? ReadRoute(Any any, string path, ReadContext context) => Read(any, path, context);

    private static FaultConfig? Read(Any any, string path, ReadContext context)
    {
        if (!context.TryUnpack(any, path, HTTPFault.Parser, out HTTPFault message))
        {
            return null;
        }

        // Faults that a request's header may switch on are off: anybody could then delay or abort calls.
        if (message.Delay?.HeaderDelay is not null || message.Abort?.HeaderAbort is not null)
        {
            context.Error(path, "faults controlled by request headers are not supported");
        }

        if (message.ResponseRateLimit is not null || message.DownstreamNodes.Count > 0)
        {
            context.Error(path, "response_rate_limit and downstream_nodes are not supported");
        }

        return new FaultConfig
        {
            Delay = context.Duration(message.Delay?.FixedDelay, TimeSpan.Zero, $"{path}.delay.fixed_delay"),
            DelayShare = MatcherReader.ReadShare(message.Delay?.Percentage, $"{path}.delay.percentage", context),
            AbortStatus = ReadStatus(message.Abort, $"{path}.abort", context),
            AbortGrpcStatus = message.Abort?.ErrorTypeCase is FaultAbort.ErrorTypeOneofCase.GrpcStatus
                ? (int)message.Abort.GrpcStatus
                : -1,
            AbortShare = MatcherReader.ReadShare(message.Abort?.Percentage, $"{path}.abort.percentage", context),
            Headers = MatcherReader.ReadHeaders(message.Headers, $"{path}.headers", context),
            UpstreamCluster = message.UpstreamCluster,
            MaxActiveFaults = message.MaxActiveFaults ?? long.MaxValue,
        };
    }

    private static int ReadStatus(FaultAbort? abort, string path, ReadContext context)
    {
        switch (abort?.ErrorTypeCase)
        {
            case null:
                return 0;
            case FaultAbort.ErrorTypeOneofCase.HttpStatus when abort.HttpStatus is >= 200 and < 600:
                return (int)abort.HttpStatus;
            case FaultAbort.ErrorTypeOneofCase.GrpcStatus when abort.GrpcStatus < _httpOfGrpc.Length:
                return _httpOfGrpc[abort.GrpcStatus];
            default:
                context.Error(path, "an http_status from 200 to 599 or a grpc_status from 0 to 16 is required");
                return 0;
        }
    }
}
