namespace Lateen.Lateend.Grpc;

using Envoy.Service.Discovery.V3;
using global::Grpc.Core;
using Lateen.Control.Ads;

/// <summary>Binds the transport-free discovery service to gRPC: ADS, delta and state of the world.</summary>
internal sealed class AdsService(DiscoveryService discovery) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    public override Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream,
        IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context) => ServeAsync(discovery.RunSessionAsync(
            requestStream.ReadAllAsync(context.CancellationToken),
            response => new ValueTask(responseStream.WriteAsync(response, context.CancellationToken)),
            context.Peer,
            context.CancellationToken));

    public override Task StreamAggregatedResources(
        IAsyncStreamReader<DiscoveryRequest> requestStream,
        IServerStreamWriter<DiscoveryResponse> responseStream,
        ServerCallContext context) => ServeAsync(discovery.RunStateOfTheWorldAsync(
            requestStream.ReadAllAsync(context.CancellationToken),
            response => new ValueTask(responseStream.WriteAsync(response, context.CancellationToken)),
            context.Peer,
            context.CancellationToken));

    private static async Task ServeAsync(Task session)
    {
        try
        {
            await session;
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
