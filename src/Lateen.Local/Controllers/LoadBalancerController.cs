namespace Lateen.Local.Controllers;

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Opens LoadBalancer and NodePort Services on the host, and writes the address into their status.</summary>
internal sealed class LoadBalancerController(ControllerContext context) : IController
{
    private const string Component = "service-controller";

    private readonly Informer _services = context.Informers.For(KubeTypes.Services);
    private readonly ConcurrentDictionary<ObjectKey, bool> _opened = [];

    public string Name => Component;

    public void Start(WorkQueue queue) => queue.AddSelf(_services);

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (context.Options.HostAddresses is not { } host)
        {
            return;
        }

        JsonObject? service = _services.Get(key);
        bool balanced = service.Text("spec", "type") == "LoadBalancer";
        if (service is null || service.IsTerminating() || !balanced && service.Text("spec", "type") != "NodePort")
        {
            if (_opened.TryRemove(key, out _))
            {
                await host.ReleaseAsync(key.Namespace, key.Name, cancel);
            }

            await WriteAddressAsync(service, null, cancel);
            return;
        }

        try
        {
            _opened[key] = true;
            string address = await host.EnsureAsync(key.Namespace, key.Name, Ports(service, balanced), cancel);
            await WriteAddressAsync(service, balanced ? address : null, cancel);
        }
        catch (ApiException refused)
        {
            await context.WarnAsync(service, "SyncLoadBalancerFailed",
                $"Error syncing load balancer: {refused.Message}", Component, cancel);
            throw;
        }
    }

    private static List<HostPort> Ports(JsonObject service, bool balanced) =>
    [
        .. service.Items("spec", "ports").Select(port => new HostPort(
            port.Text("name") ?? "", port.Text("protocol") ?? "TCP", (int)(port.Number("port") ?? 0),
            (int?)port.Number("nodePort"), balanced)),
    ];

    private async Task WriteAddressAsync(JsonObject? service, string? address, CancellationToken cancel)
    {
        if (service is null)
        {
            return;
        }

        string? present = service.Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip");
        if (present == address)
        {
            return;
        }

        JsonArray? ingress = address is null ? null : new JsonArray(new JsonObject { ["ip"] = address, ["ipMode"] = "VIP" });
        JsonObject patch = new()
        {
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = ingress } },
        };
        await context.PatchAsync(KubeTypes.Services, service, patch, cancel, "status");
        if (address is not null)
        {
            await context.EventAsync(service, "EnsuredLoadBalancer", "Ensured load balancer", Component, cancel);
        }
    }
}
