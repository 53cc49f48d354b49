namespace Lateen.Scale;

using Envoy.Config.Cluster.V3;
using Envoy.Service.Discovery.V3;
using global::Grpc.Core;
using Node = Envoy.Config.Core.V3.Node;

/// <summary>A sidecar as far as the control plane can tell: it subscribes as ours does and acknowledges everything.</summary>
internal sealed class SimulatedProxy(int number, Traffic traffic)
{
    private const string Prefix = "type.googleapis.com/envoy.config.";
    private const string Clusters = Prefix + "cluster.v3.Cluster";
    private const string Endpoints = Prefix + "endpoint.v3.ClusterLoadAssignment";
    private const string Listeners = Prefix + "listener.v3.Listener";
    private const string Routes = Prefix + "route.v3.RouteConfiguration";

    public async Task RunAsync(ChannelBase channel, CancellationToken cancel)
    {
        var client = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel);
        using var stream = client.DeltaAggregatedResources(cancellationToken: cancel);
        string id = $"sidecar~10.200.{number / 256}.{number % 256}~client-{number}.default~default.svc.cluster.local";
        await stream.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = new Node { Id = id }, TypeUrl = Clusters }, cancel);
        await stream.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = Listeners }, cancel);
        var routes = new DeltaDiscoveryRequest { TypeUrl = Routes };
        routes.ResourceNamesSubscribe.AddRange(Enumerable.Range(8000, MeshSize.Ports).Select(port => $"{port}"));
        await stream.RequestStream.WriteAsync(routes, cancel);
        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (DeltaDiscoveryResponse response in stream.ResponseStream.ReadAllAsync(cancel))
        {
            traffic.Count(response);
            await stream.RequestStream.WriteAsync(
                new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, cancel);
            if (response.TypeUrl == Clusters)
            {
                var subscribe = new DeltaDiscoveryRequest { TypeUrl = Endpoints };
                subscribe.ResourceNamesSubscribe.AddRange(response.Resources
                    .Where(each => each.Name.StartsWith("outbound|", StringComparison.Ordinal)
                        && each.Resource_.Unpack<Cluster>().Type == Cluster.Types.DiscoveryType.Eds && known.Add(each.Name))
                    .Select(each => each.Name));
                if (subscribe.ResourceNamesSubscribe.Count > 0)
                {
                    await stream.RequestStream.WriteAsync(subscribe, cancel);
                }
            }
        }
    }
}
