namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Creates what every cluster has: namespaces, the node, and the Services of the API and of DNS.</summary>
internal sealed class ClusterBootstrap(ControllerContext context)
{
    public const string ServedBy = "lateen.dev/served-by";

    private const string ApiService = "kubernetes";
    private const string ApiServiceAddress = "10.96.0.1";
    private const string DnsServiceAddress = "10.96.0.10";
    private static readonly string[] SystemNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (string name in SystemNamespaces)
        {
            await EnsureAsync(KubeTypes.Namespaces, null, name, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = name },
            }, cancel);
        }

        await new NodeHeartbeat(context, new ControllerLog(context.Options.Logger)).RegisterAsync(cancel);
        await EnsureAsync(KubeTypes.Services, "default", ApiService, ApiServiceObject(), cancel);
        await ReplaceAsync(KubeTypes.EndpointSlices, "endpoints", ApiSlice(), cancel);
        await ReplaceAsync(KubeTypes.Endpoints, "subsets", ApiEndpoints(), cancel);
        await EnsureAsync(KubeTypes.Services, "kube-system", "kube-dns", DnsServiceObject(), cancel);
    }

    private async Task EnsureAsync(ResourceType type, string? ns, string name, JsonObject obj, CancellationToken cancel)
    {
        if (await context.Client.GetAsync(type, ns, name, cancel) is null)
        {
            try
            {
                await context.Client.CreateAsync(type, ns, obj, cancel);
            }
            catch (ApiException known) when (known.Reason == "AlreadyExists")
            {
                return;
            }
        }
    }

    // The API server's address may differ from the last start's.
    private async Task ReplaceAsync(ResourceType type, string part, JsonObject obj, CancellationToken cancel)
    {
        JsonObject? present = await context.Client.GetAsync(type, obj.Namespace(), obj.Name(), cancel);
        if (present is null)
        {
            await context.Client.CreateAsync(type, obj.Namespace(), obj, cancel);
        }
        else if (!JsonNode.DeepEquals(present[part], obj[part]))
        {
            JsonObject patch = new() { [part] = obj[part]?.DeepClone() };
            await context.Client.MergePatchAsync(type, obj.Namespace(), obj.Name(), patch, null, cancel);
        }
    }

    private static JsonObject ApiServiceObject() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject
        {
            ["name"] = ApiService,
            ["namespace"] = "default",
            ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
        },
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = ApiServiceAddress,
            ["clusterIPs"] = new JsonArray(ApiServiceAddress),
            ["ports"] = new JsonArray(new JsonObject
            {
                ["name"] = "https",
                ["protocol"] = "TCP",
                ["port"] = 443,
                ["targetPort"] = 6443,
            }),
        },
    };

    private JsonObject ApiSlice() => new()
    {
        ["apiVersion"] = "discovery.k8s.io/v1",
        ["kind"] = "EndpointSlice",
        ["metadata"] = new JsonObject
        {
            ["name"] = ApiService,
            ["namespace"] = "default",
            ["labels"] = new JsonObject { [EndpointSliceController.ServiceNameLabel] = ApiService },
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(context.Options.ApiServerAddress),
            ["conditions"] = new JsonObject { ["ready"] = true },
        }),
        ["ports"] = new JsonArray(ApiPort()),
    };

    private JsonObject ApiEndpoints() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Endpoints",
        ["metadata"] = new JsonObject { ["name"] = ApiService, ["namespace"] = "default" },
        ["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = context.Options.ApiServerAddress }),
            ["ports"] = new JsonArray(ApiPort()),
        }),
    };

    private JsonObject ApiPort() => new()
    {
        ["name"] = "https",
        ["port"] = context.Options.ApiServerPort,
        ["protocol"] = "TCP",
    };

    // The runtime itself answers DNS at this address, so the Service has no pods behind it.
    private static JsonObject DnsServiceObject() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject
        {
            ["name"] = "kube-dns",
            ["namespace"] = "kube-system",
            ["labels"] = new JsonObject { ["k8s-app"] = "kube-dns", ["kubernetes.io/name"] = "CoreDNS" },
            ["annotations"] = new JsonObject { [ServedBy] = "runtime" },
        },
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = DnsServiceAddress,
            ["clusterIPs"] = new JsonArray(DnsServiceAddress),
            ["ports"] = new JsonArray(
                new JsonObject { ["name"] = "dns", ["protocol"] = "UDP", ["port"] = 53, ["targetPort"] = 53 },
                new JsonObject { ["name"] = "dns-tcp", ["protocol"] = "TCP", ["port"] = 53, ["targetPort"] = 53 }),
        },
    };
}
