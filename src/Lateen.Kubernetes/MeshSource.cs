namespace Lateen.Kubernetes;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

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
        ];
        Task running = Task.WhenAll(watchers.Select(w => w.RunAsync(cancel)));
        await Task.WhenAny(Task.WhenAll(watchers.Select(w => w.Synced)), running).ConfigureAwait(false);
        sink.MarkSynced();
        await running.ConfigureAwait(false);
    }

    private ResourceWatcher Watch<T>(KubePath path, string group, string kind)
        where T : class =>
        new(api, path.All, new Handler<T>(sink, _gate, group, kind, log), time);

    private sealed class Handler<T>(IConfigSink sink, Lock gate, string group, string kind, Action<string> log) : ResourceHandler
        where T : class
    {
        public override void Applied(JsonObject item)
        {
            if (!ResourceJson.TryRead(item, out T? resource, out string error))
            {
                // The definition's schema lets nothing through that does not fit; an older object stays as it was.
                log($"{Key(item)} is not taken: {error}");
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

        public override void Failed(string path, Exception reason) => log($"watching {path}: {reason.Message}");

        private ResourceKey Key(JsonObject item) =>
            new(group, kind, item["metadata"]?["namespace"]?.ToString() ?? "", item["metadata"]?["name"]?.ToString() ?? "");
    }
}
