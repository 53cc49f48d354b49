namespace Lateen.Proxy.Xds;

using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

/// <summary>
/// Speaks the state of the world to the control plane and delta to us: changes of a subscription become the whole list of names, and
/// a whole answer becomes what changed and what is gone. One task sends at a time; one receives.
/// </summary>
internal sealed class SotwStream(
    Func<DiscoveryRequest, CancellationToken, Task> send, Func<CancellationToken, Task<DiscoveryResponse?>> receive,
    Action dispose, SotwVersions versions) : XdsStream
{
    private readonly Dictionary<string, Subscription> _types = new(StringComparer.Ordinal);

    public override Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancel)
    {
        if (!_types.TryGetValue(request.TypeUrl, out Subscription? type))
        {
            type = new Subscription();
            _types.Add(request.TypeUrl, type);
        }

        type.Known.UnionWith(request.InitialResourceVersions.Keys);
        type.Names.UnionWith(request.ResourceNamesSubscribe);
        type.Names.ExceptWith(request.ResourceNamesUnsubscribe);
        bool answers = request.ResponseNonce.Length > 0;
        if (answers && request.ErrorDetail is null)
        {
            versions.Accept(request.TypeUrl, type.LastVersion);
        }

        var outgoing = new DiscoveryRequest
        {
            TypeUrl = request.TypeUrl,
            Node = request.Node,
            VersionInfo = versions.Of(request.TypeUrl),
            ResponseNonce = answers ? request.ResponseNonce : type.LastNonce,
            ErrorDetail = request.ErrorDetail,
        };
        outgoing.ResourceNames.AddRange(type.Names.Order(StringComparer.Ordinal));
        return send(outgoing, cancel);
    }

    public override async Task<DeltaDiscoveryResponse?> ReceiveAsync(CancellationToken cancel)
    {
        DiscoveryResponse? response = await receive(cancel).ConfigureAwait(false);
        return response is null ? null : ToDelta(response);
    }

    public override ValueTask DisposeAsync()
    {
        dispose();
        return ValueTask.CompletedTask;
    }

    private DeltaDiscoveryResponse ToDelta(DiscoveryResponse response)
    {
        var delta = new DeltaDiscoveryResponse
        {
            TypeUrl = response.TypeUrl,
            SystemVersionInfo = response.VersionInfo,
            Nonce = response.Nonce,
            ControlPlane = response.ControlPlane,
        };
        foreach (Any resource in response.Resources)
        {
            delta.Resources.Add(SotwEnvelope.Unwrap(resource, response.VersionInfo));
        }

        if (_types.TryGetValue(response.TypeUrl, out Subscription? type))
        {
            type.LastNonce = response.Nonce;
            type.LastVersion = response.VersionInfo;

            // Of clusters and listeners each answer is the full state; the others go with what names them (xds_protocol.rst).
            if (response.TypeUrl is TypeUrls.Cluster or TypeUrls.Listener)
            {
                HashSet<string> now = [.. delta.Resources.Select(static r => r.Name)];
                delta.RemovedResources.AddRange(type.Known.Where(name => !now.Contains(name)).Order(StringComparer.Ordinal));
                type.Known = now;
            }
        }

        return delta;
    }

    private sealed class Subscription
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Known { get; set; } = new(StringComparer.Ordinal);

        public string LastNonce { get; set; } = "";

        public string LastVersion { get; set; } = "";
    }
}
