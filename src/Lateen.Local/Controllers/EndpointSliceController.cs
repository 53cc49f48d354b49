namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Writes each Service's EndpointSlices from the pods it selects.</summary>
internal sealed class EndpointSliceController(ControllerContext context) : IController
{
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    private const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    private const string ManagedBy = "endpointslice-controller.k8s.io";
    private const string HeadlessLabel = "service.kubernetes.io/headless";

    // The most that the API allows in one slice; Kubernetes fills to 100, for watchers on a thousand nodes.
    private const int MaxEndpoints = 1000;

    private readonly Informer _services = context.Informers.For(KubeTypes.Services);
    private readonly Informer _slices = context.Informers.For(KubeTypes.EndpointSlices);
    private readonly Informer _pods = context.Informers.For(KubeTypes.Pods);

    public string Name => "endpoint-slice-controller";

    public void Start(WorkQueue queue)
    {
        ServiceQueue.Watch(queue, _services, _pods);
        _slices.Subscribe(change =>
        {
            if (change.Object.Label(ManagedByLabel) == ManagedBy && change.Object.Label(ServiceNameLabel) is { } service)
            {
                queue.Add(new ObjectKey(change.Object.Namespace(), service));
            }
        });
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        JsonObject? service = _services.Get(key);
        List<JsonObject> present =
        [
            .. _slices.List(key.Namespace).Where(s => s.Label(ServiceNameLabel) == key.Name && s.Label(ManagedByLabel) == ManagedBy
                && !_slices.IsDeleting(s)).OrderBy(s => s.Name(), StringComparer.Ordinal),
        ];
        List<JsonObject> wanted = service is not null && !service.IsTerminating() && ServiceQueue.HasPods(service)
            ? Describe(service)
            : [];

        List<JsonObject> unmatched = [];
        foreach (JsonObject slice in wanted)
        {
            JsonObject? same = present.Find(p => JsonNode.DeepEquals(p["ports"] ?? new JsonArray(), slice["ports"]));
            if (same is null)
            {
                unmatched.Add(slice);
                continue;
            }

            present.Remove(same);
            await UpdateAsync(same, slice, cancel);
        }

        await WriteRestAsync(key, unmatched, present, cancel);
    }

    private async Task WriteRestAsync(ObjectKey key, List<JsonObject> unmatched, List<JsonObject> spare, CancellationToken cancel)
    {
        foreach (JsonObject slice in unmatched)
        {
            if (spare.Count > 0)
            {
                await UpdateAsync(spare[0], slice, cancel);
                spare.RemoveAt(0);
            }
            else
            {
                await context.CreateAsync(KubeTypes.EndpointSlices, key.Namespace, slice, cancel);
            }
        }

        foreach (JsonObject slice in spare)
        {
            await context.DeleteAsync(KubeTypes.EndpointSlices, slice, cancel);
        }
    }

    private async Task UpdateAsync(JsonObject present, JsonObject wanted, CancellationToken cancel)
    {
        JsonObject changed = present.Copy();
        changed["endpoints"] = wanted["endpoints"]?.DeepClone();
        changed["ports"] = wanted["ports"]?.DeepClone();
        changed.Ensure("metadata")["labels"] = wanted.At("metadata", "labels")?.DeepClone();
        changed.Ensure("metadata")["ownerReferences"] = wanted.At("metadata", "ownerReferences")?.DeepClone();
        if (!JsonNode.DeepEquals(changed, present))
        {
            await context.UpdateAsync(KubeTypes.EndpointSlices, changed, cancel);
        }
    }

    private List<JsonObject> Describe(JsonObject service)
    {
        List<JsonObject> slices = [];
        foreach (EndpointGroup group in EndpointGroup.Of(service, _pods.List(service.Namespace())))
        {
            foreach (JsonObject[] chunk in group.Pods.Chunk(MaxEndpoints))
            {
                JsonArray endpoints = new([.. chunk.Select(pod => Endpoint(service, pod))]);
                slices.Add(Slice(service, (JsonArray)group.Ports.DeepClone(), endpoints));
            }
        }

        // A Service without pods keeps an empty slice: watchers then know that it is empty, and not unknown.
        return slices.Count > 0 ? slices : [Slice(service, [], [])];
    }

    private static JsonObject Slice(JsonObject service, JsonArray ports, JsonArray endpoints)
    {
        JsonObject labels = service.Child("metadata", "labels")?.Copy() ?? [];
        labels[ManagedByLabel] = ManagedBy;
        labels[ServiceNameLabel] = service.Name();
        if (ServiceQueue.IsHeadless(service))
        {
            labels[HeadlessLabel] = "";
        }

        return new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["generateName"] = service.Name() + "-",
                ["namespace"] = service.Namespace(),
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(KubeObject.ControllerReferenceTo(service, "v1", "Service")),
            },
            ["addressType"] = "IPv4",
            ["endpoints"] = endpoints,
            ["ports"] = ports,
        };
    }

    private JsonObject Endpoint(JsonObject service, JsonObject pod)
    {
        bool terminating = _pods.IsDeleting(pod);
        bool serving = EndpointGroup.IsServing(service, pod);
        JsonObject endpoint = new()
        {
            ["addresses"] = new JsonArray(pod.Text("status", "podIP") ?? ""),
            ["conditions"] = new JsonObject
            {
                ["ready"] = serving && (!terminating || service.Flag("spec", "publishNotReadyAddresses")),
                ["serving"] = serving,
                ["terminating"] = terminating,
            },
            ["nodeName"] = pod.Text("spec", "nodeName"),
            ["targetRef"] = EndpointGroup.TargetReference(pod),
        };
        if (pod.Text("spec", "hostname") is { Length: > 0 } host && pod.Text("spec", "subdomain") == service.Name())
        {
            endpoint["hostname"] = host;
        }

        return endpoint;
    }
}
