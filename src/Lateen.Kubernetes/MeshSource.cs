namespace Lateen.Kubernetes;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Ingresses;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Validation;

/// <summary>Feeds the control plane's store from the API: the registry (Services, EndpointSlices, Pods, …) and the mesh's own kinds.</summary>
public sealed class MeshSource(KubeApi api, IConfigSink sink, TimeProvider time, Action<string> log)
{
    // The watchers of different kinds call the same sink.
    private readonly Lock _gate = new();

    private const string Networking = "networking.istio.io";

    /// <summary>Runs until cancelled; tells the sink when every first list is in.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        ResourceWatcher[] watchers =
        [
            Watch<Namespace>(KubePath.Namespaces, "", "Namespace"),
            Watch<Node>(KubePath.Nodes, "", "Node"),
            Watch<Service>(KubePath.Services, "", "Service"),
            Watch<EndpointSlice>(KubePath.EndpointSlices, "discovery.k8s.io", "EndpointSlice"),
            Watch<Pod>(KubePath.Pods, "", "Pod"),
            Watch<VirtualService>(new KubePath(Networking, "v1", "virtualservices"), Networking, "VirtualService"),
            Watch<DestinationRule>(new KubePath(Networking, "v1", "destinationrules"), Networking, "DestinationRule"),
            Watch<Sidecar>(new KubePath(Networking, "v1", "sidecars"), Networking, "Sidecar"),
            Watch<ServiceEntry>(new KubePath(Networking, "v1", "serviceentries"), Networking, "ServiceEntry"),
            Watch<WorkloadEntry>(new KubePath(Networking, "v1", "workloadentries"), Networking, "WorkloadEntry"),
            Watch<Gateway>(new KubePath(Networking, "v1", "gateways"), Networking, "Gateway"),
            .. GatewayApiWatchers(),
        ];
        Task running = Task.WhenAll(watchers.Select(w => w.RunAsync(cancel)));
        await Task.WhenAny(Task.WhenAll(watchers.Select(w => w.Synced)), running).ConfigureAwait(false);
        sink.MarkSynced();
        await running.ConfigureAwait(false);
    }

    private IEnumerable<ResourceWatcher> GatewayApiWatchers()
    {
        yield return Watch<GatewayClass>("GatewayClass");
        yield return Watch<KubeGateway>("Gateway");
        yield return Watch<KubeHttpRoute>("HTTPRoute");
        yield return Watch<KubeGrpcRoute>("GRPCRoute");
        yield return Watch<KubeTcpRoute>("TCPRoute");
        yield return Watch<KubeTlsRoute>("TLSRoute");
        yield return Watch<ReferenceGrant>("ReferenceGrant");
        yield return Watch<Ingress>("Ingress");
        yield return Watch<IngressClass>("IngressClass");
    }

    private ResourceWatcher Watch<T>(string kind)
        where T : class => Watch<T>(GatewayApiPaths.Of(kind), GatewayApiPaths.Of(kind).Group, kind);

    private ResourceWatcher Watch<T>(KubePath path, string group, string kind)
        where T : class =>
        new(api, path.All, new Handler<T>(sink, _gate, group, kind, log), time);

    private sealed class Handler<T>(IConfigSink sink, Lock gate, string group, string kind, Action<string> log) : ResourceHandler
        where T : class
    {
        private bool _isMissing;

        public override void Applied(JsonObject item)
        {
            if (!ResourceJson.TryRead(item, out T? resource, out string error))
            {
                // The definition's schema lets nothing through that does not fit; an older object stays as it was.
                Refuse(item, error);
                return;
            }

            // With the webhook away anything may be stored. What cannot be meant must not be guessed at.
            List<string> errors = [.. Validator.Validate(item["apiVersion"]?.ToString() ?? "", kind, item)
                .Where(finding => finding.Severity is Severity.Error)
                .Select(finding => finding.Sentence)];
            if (errors.Count > 0)
            {
                Refuse(item, string.Join("; ", errors));
                return;
            }

            lock (gate)
            {
                sink.Apply(Key(item), resource);
            }
        }

        public override void Removed(JsonObject item)
        {
            lock (gate)
            {
                sink.Remove(Key(item));
            }
        }

        public override void Failed(string path, Exception reason)
        {
            // A kind that is not installed is looked for again and again, but spoken of once.
            bool isMissing = reason is KubeApiException { Status: HttpStatusCode.NotFound };
            if (!isMissing || !_isMissing)
            {
                log($"watching {path}: {reason.Message}");
            }

            _isMissing = isMissing;
        }

        private void Refuse(JsonObject item, string reason)
        {
            log($"{Key(item)} is not taken: {reason}");
            long generation = item["metadata"]?["generation"] is JsonValue value && value.TryGetValue(out long number) ? number : 0;
            lock (gate)
            {
                sink.Reject(new RejectedObject(Key(item), generation, reason));
            }
        }

        private ResourceKey Key(JsonObject item) =>
            new(group, kind, item["metadata"]?["namespace"]?.ToString() ?? "", item["metadata"]?["name"]?.ToString() ?? "");
    }
}
