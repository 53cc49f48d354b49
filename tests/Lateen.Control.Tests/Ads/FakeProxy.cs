namespace Lateen.Control.Tests.Ads;

using System.Threading.Channels;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Lateen.Control.Ads;
using Lateen.Control.Registry;

/// <summary>
/// A proxy on an in-memory stream: it subscribes as ours does, acknowledges everything and keeps what it is sent.
/// </summary>
internal sealed class FakeProxy
{
    private readonly Channel<DeltaDiscoveryRequest> requests = Channel.CreateUnbounded<DeltaDiscoveryRequest>();
    private readonly Channel<DeltaDiscoveryResponse> responses = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
    private readonly Task serving;

    public FakeProxy(DiscoveryService discovery, ProxyNode node, CancellationToken cancellation)
    {
        serving = discovery.RunSessionAsync(
            requests.Reader.ReadAllAsync(cancellation),
            response => responses.Writer.WriteAsync(response, cancellation),
            "10.244.0.99:4000",
            cancellation);
        string type = node.Type is ProxyType.Router ? "router" : "sidecar";
        Node wire = new() { Id = $"{type}~{node.IpAddress}~{node.Id}~{node.Namespace}.svc.cluster.local" };
        wire.Metadata = new Google.Protobuf.WellKnownTypes.Struct();
        Google.Protobuf.WellKnownTypes.Struct labels = new();
        foreach ((string key, string value) in node.Labels)
        {
            labels.Fields[key] = Google.Protobuf.WellKnownTypes.Value.ForString(value);
        }

        wire.Metadata.Fields["LABELS"] = Google.Protobuf.WellKnownTypes.Value.ForStruct(labels);
        Send(new DeltaDiscoveryRequest { Node = wire, TypeUrl = XdsType.Cluster.TypeUrl() });
        Send(new DeltaDiscoveryRequest { TypeUrl = XdsType.Listener.TypeUrl() });
    }

    public Dictionary<string, RouteConfiguration> Routes { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Clusters { get; } = new(StringComparer.Ordinal);

    public List<string> Log { get; } = [];

    public void Subscribe(XdsType type, params string[] names)
    {
        DeltaDiscoveryRequest request = new() { TypeUrl = type.TypeUrl() };
        request.ResourceNamesSubscribe.AddRange(names);
        Send(request);
    }

    /// <summary>Takes and acknowledges responses until the condition holds.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            Take(await responses.Reader.ReadAsync(cancellation));
        }
    }

    /// <summary>Waits for a response without taking it.</summary>
    public async Task UntilSentAsync(CancellationToken cancellation) => await responses.Reader.WaitToReadAsync(cancellation);

    public async Task EndAsync()
    {
        requests.Writer.Complete();
        await serving;
    }

    private void Take(DeltaDiscoveryResponse response)
    {
        Assert.True(XdsTypes.TryParse(response.TypeUrl, out XdsType type));
        Log.Add(type.ShortName());
        List<string> added = [];
        foreach (Resource resource in response.Resources)
        {
            if (type is XdsType.Route)
            {
                Routes[resource.Name] = resource.Resource_.Unpack<RouteConfiguration>();
            }
            else if (type is XdsType.Cluster && Clusters.Add(resource.Name))
            {
                added.Add(resource.Name);
            }
        }

        if (type is XdsType.Cluster)
        {
            Clusters.ExceptWith(response.RemovedResources);
        }

        Send(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
        if (added.Count > 0)
        {
            Subscribe(XdsType.Endpoint, [.. added.Where(name => name.StartsWith("outbound|", StringComparison.Ordinal))]);
        }
    }

    private void Send(DeltaDiscoveryRequest request) => requests.Writer.TryWrite(request);
}
