namespace Lateen.Lateend.Grpc;

using Envoy.Service.Discovery.V3;
using global::Grpc.Core;
using Lateen.Control.Ads;

/// <summary>Binds the transport-free discovery service to gRPC: delta ADS on 15010.</summary>
internal sealed class AdsService(DiscoveryService discovery) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    public override async Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream,
        IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context)
    {
        CancellationToken cancel = context.CancellationToken;
        try
        {
            await discovery.RunSessionAsync(
                requestStream.ReadAllAsync(cancel),
                response => new ValueTask(responseStream.WriteAsync(response, cancel)),
                context.Peer,
                cancel);
        }
        catch (AdsRefusedException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
        catch (OperationCanceledException)
        {
            // The proxy went away; its session ended with it.
            throw new RpcException(Status.DefaultCancelled);
        }
        catch (IOException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }
    }
}
