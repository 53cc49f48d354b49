namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Mirrors each Service's pods into the older Endpoints object, which `kubectl describe service` of some versions reads.</summary>
internal sealed class EndpointsController(ControllerContext context) : IController
{
    private const string ManagedByLabel = "endpoints.kubernetes.io/managed-by";
    private const string ManagedBy = "endpoint-controller";

    private readonly Informer _services = context.Informers.For(KubeTypes.Services);
    private readonly Informer _endpoints = context.Informers.For(KubeTypes.Endpoints);
    private readonly Informer _pods = context.Informers.For(KubeTypes.Pods);

    public string Name => ManagedBy;

    public void Start(WorkQueue queue) => ServiceQueue.Watch(queue, _services, _pods);

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        JsonObject? service = _services.Get(key);
        JsonObject? present = _endpoints.Get(key);
        if (service is null || !ServiceQueue.HasPods(service))
        {
            if (service is null && present is not null)
            {
                await context.DeleteAsync(KubeTypes.Endpoints, present, cancel);
            }

            return;
        }

        JsonArray subsets = Subsets(service);
        if (present is null)
        {
            await CreateAsync(service, subsets, cancel);
        }
        else if (!JsonNode.DeepEquals(present["subsets"] ?? new JsonArray(), subsets))
        {
            JsonObject changed = present.Copy();
            changed["subsets"] = subsets;
            await context.UpdateAsync(KubeTypes.Endpoints, changed, cancel);
        }
    }

    private async Task CreateAsync(JsonObject service, JsonArray subsets, CancellationToken cancel)
    {
        JsonObject labels = service.Child("metadata", "labels")?.Copy() ?? [];
        labels[ManagedByLabel] = ManagedBy;
        JsonObject endpoints = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Endpoints",
            ["metadata"] = new JsonObject { ["name"] = service.Name(), ["namespace"] = service.Namespace(), ["labels"] = labels },
            ["subsets"] = subsets,
        };
        try
        {
            await context.CreateAsync(KubeTypes.Endpoints, service.Namespace(), endpoints, cancel);
        }
        catch (ApiException closing) when (closing.Code == 403 || closing.Code == 404)
        {
            // The namespace is being deleted; nobody will read these endpoints.
            return;
        }
    }

    private JsonArray Subsets(JsonObject service)
    {
        JsonArray subsets = [];
        foreach (EndpointGroup group in EndpointGroup.Of(service, _pods.List(service.Namespace())))
        {
            JsonArray ready = [];
            JsonArray unready = [];
            foreach (JsonObject pod in group.Pods.Where(p => !_pods.IsDeleting(p)))
            {
                (EndpointGroup.IsServing(service, pod) ? ready : unready).Add(Address(pod));
            }

            JsonObject subset = [];
            if (ready.Count > 0)
            {
                subset["addresses"] = ready;
            }

            if (unready.Count > 0)
            {
                subset["notReadyAddresses"] = unready;
            }

            if (subset.Count > 0)
            {
                subset["ports"] = group.Ports.DeepClone();
                subsets.Add(subset);
            }
        }

        return subsets;
    }

    private static JsonObject Address(JsonObject pod) => new()
    {
        ["ip"] = pod.Text("status", "podIP"),
        ["nodeName"] = pod.Text("spec", "nodeName"),
        ["targetRef"] = EndpointGroup.TargetReference(pod),
    };
}
