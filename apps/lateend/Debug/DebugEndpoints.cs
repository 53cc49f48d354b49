namespace Lateen.Lateend.Debug;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Control.Ads;
using Lateen.Control.Snapshot;

/// <summary>The endpoints under /debug that the command line, istioctl and Kiali read; JSON, on port 8080.</summary>
internal sealed class DebugEndpoints(DiscoveryService discovery, InstalledSettings settings, string instance)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/debug/syncz", () => Json(Syncz()));
        routes.MapGet("/debug/registryz", () => Json(Registryz()));
        routes.MapGet("/debug/endpointz", () => Json(Endpointz()));
        routes.MapGet("/debug/configz", () => Json(Configz()));
        routes.MapGet("/debug/mesh", () => Json(ResourceJson.Write(settings.Mesh)));
        routes.MapGet("/debug/connections", () => Json(Connections()));
        routes.MapGet("/debug/endpointShardz", () => Json(Endpointz()));
        routes.MapGet("/debug/list", () => Json(new JsonArray(
            [.. new[] { "configz", "connections", "endpointShardz", "endpointz", "mesh", "registryz", "syncz" }
                .Select(name => (JsonNode)("/debug/" + name))])));
    }

    private JsonArray Syncz() =>
    [
        .. discovery.Proxies.OrderBy(p => p.Node.Id, StringComparer.Ordinal).Select(proxy => new JsonObject
        {
            ["proxy"] = proxy.Node.Id,
            ["proxyType"] = proxy.Node.Type.ToString().ToLowerInvariant(),
            ["clusterId"] = proxy.Node.ClusterId,
            ["istiodName"] = instance,
            ["istioVersion"] = proxy.Node.Version,
            // Istio's own names, which Kiali reads.
            ["cluster_id"] = proxy.Node.ClusterId,
            ["proxy_type"] = proxy.Node.Type.ToString().ToLowerInvariant(),
            ["istio_version"] = proxy.Node.Version,
            ["cluster_sent"] = Nonce(proxy, XdsType.Cluster, sent: true),
            ["cluster_acked"] = Nonce(proxy, XdsType.Cluster, sent: false),
            ["listener_sent"] = Nonce(proxy, XdsType.Listener, sent: true),
            ["listener_acked"] = Nonce(proxy, XdsType.Listener, sent: false),
            ["route_sent"] = Nonce(proxy, XdsType.Route, sent: true),
            ["route_acked"] = Nonce(proxy, XdsType.Route, sent: false),
            ["endpoint_sent"] = Nonce(proxy, XdsType.Endpoint, sent: true),
            ["endpoint_acked"] = Nonce(proxy, XdsType.Endpoint, sent: false),
            ["types"] = new JsonObject(proxy.Types.Select(t => KeyValuePair.Create(Name(t.Type), (JsonNode?)Type(t)))),
        }),
    ];

    private static string Nonce(ProxyStatus proxy, XdsType type, bool sent) => proxy.Types.FirstOrDefault(each => each.Type == type) is { } status
        ? sent ? status.NonceSent : status.NonceAcked
        : "";

    private static JsonObject Type(TypeStatus status) => new()
    {
        ["status"] = Word(status.State),
        ["nonceSent"] = status.NonceSent,
        ["nonceAcked"] = status.NonceAcked,
        ["lastSent"] = status.LastSent?.ToString("O"),
        ["lastAnswered"] = status.LastAnswered?.ToString("O"),
        ["resources"] = status.Resources,
        ["error"] = status.Error,
    };

    private static string Word(SyncState state) => state switch
    {
        SyncState.Synced => "SYNCED",
        SyncState.Stale => "STALE",
        SyncState.Rejected => "ERROR",
        _ => "NOT SENT",
    };

    private static string Name(XdsType type) => type switch
    {
        XdsType.Cluster => "CDS",
        XdsType.Endpoint => "EDS",
        XdsType.Listener => "LDS",
        XdsType.NameTable => "NDS",
        _ => "RDS",
    };

    private JsonArray Registryz() =>
    [
        .. discovery.Current.Services.All.Select(service => new JsonObject
        {
            ["hostname"] = service.Host,
            ["namespace"] = service.Namespace,
            ["addresses"] = new JsonArray([.. service.Addresses.Select(a => (JsonNode)a)]),
            ["ports"] = new JsonArray([.. service.Ports.Select(p => (JsonNode)new JsonObject
            {
                ["name"] = p.Name,
                ["port"] = p.Number,
                ["protocol"] = p.Protocol.ToString(),
            })]),
            ["resolution"] = service.Resolution.ToString(),
        }),
    ];

    private JsonArray Endpointz()
    {
        MeshSnapshot snapshot = discovery.Current;
        return
        [
            .. from service in snapshot.Services.All
               from port in service.Ports
               select new JsonObject
               {
                   ["svc"] = $"{service.Host}:{port.Number}",
                   ["endpoints"] = new JsonArray([.. snapshot.Endpoints.Of(service, port.Number).Select(e => (JsonNode)new JsonObject
                   {
                       ["address"] = $"{e.Address}:{e.Port}",
                       ["ready"] = e.Ready,
                       ["workload"] = e.WorkloadMetadata,
                   })]),
               },
        ];
    }

    private JsonArray Configz()
    {
        MeshSnapshot snapshot = discovery.Current;
        return
        [
            .. snapshot.VirtualServices.All.Select(o => Object(o.Key, o.Generation, o.Spec)),
            .. snapshot.DestinationRules.All.Select(o => Object(o.Key, o.Generation, o.Spec)),
            .. snapshot.Gateways.All.Select(o => Object(o.Key, o.Generation, o.Spec)),
        ];
    }

    private static JsonObject Object<T>(Control.Config.ResourceKey key, long generation, T spec)
        where T : class => new()
        {
            ["kind"] = key.Kind,
            ["apiVersion"] = $"{key.Group}/v1",
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace, ["generation"] = generation },
            ["spec"] = ResourceJson.Write(spec),
        };

    private JsonObject Connections() => new()
    {
        ["totalClients"] = discovery.Proxies.Count,
        ["clients"] = new JsonArray([.. discovery.Proxies.Select(p => (JsonNode)new JsonObject
        {
            ["connectionId"] = p.ConnectionId,
            ["connectedAt"] = p.ConnectedAt.ToString("O"),
            ["address"] = p.Node.IpAddress,
        })]),
    };

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(Indented) + "\n", "application/json");
}
