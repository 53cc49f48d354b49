namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Keeps the Node object and its lease: the machine this cluster runs on.</summary>
internal sealed class NodeHeartbeat(ControllerContext context, ControllerLog log)
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int LeaseSeconds = 40;
    private const int MaxPods = 110;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    public static JsonObject Labels(ControllerOptions options) => new()
    {
        ["beta.kubernetes.io/arch"] = Architecture,
        ["beta.kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = Architecture,
        ["kubernetes.io/hostname"] = options.NodeName,
        ["kubernetes.io/os"] = "linux",
        ["node-role.kubernetes.io/control-plane"] = "",
    };

    /// <summary>Renews the lease until cancelled, as a kubelet does every 10 seconds.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using PeriodicTimer timer = new(RenewEvery, context.Options.Time);
        do
        {
            try
            {
                await RenewAsync(cancel);
            }
            catch (ApiException failure)
            {
                log.HeartbeatFailed(context.Options.NodeName, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    /// <summary>Writes the Node as it is now; labels that users added stay.</summary>
    public async Task RegisterAsync(CancellationToken cancel)
    {
        IClusterClient client = context.Client;
        string name = context.Options.NodeName;
        JsonObject? node = await client.GetAsync(KubeTypes.Nodes, null, name, cancel);
        node ??= await client.CreateAsync(KubeTypes.Nodes, null, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels(context.Options) },
            ["spec"] = new JsonObject { ["podCIDR"] = "10.244.0.0/16", ["podCIDRs"] = new JsonArray("10.244.0.0/16") },
        }, cancel);

        JsonObject status = new() { ["status"] = Status() };
        await client.MergePatchAsync(KubeTypes.Nodes, null, node.Name(), status, "status", cancel);
    }

    private static string Architecture => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64
        ? "arm64"
        : "amd64";

    private async Task RenewAsync(CancellationToken cancel)
    {
        string name = context.Options.NodeName;
        JsonObject spec = new()
        {
            ["holderIdentity"] = name,
            ["leaseDurationSeconds"] = LeaseSeconds,
            ["renewTime"] = KubeObject.MicroStamp(context.Now),
        };
        JsonObject lease = new()
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = LeaseNamespace },
            ["spec"] = spec,
        };
        try
        {
            JsonObject patch = new() { ["spec"] = spec.DeepClone() };
            await context.Client.MergePatchAsync(KubeTypes.Leases, LeaseNamespace, name, patch, null, cancel);
        }
        catch (ApiException missing) when (missing.Code == 404)
        {
            await context.Client.CreateAsync(KubeTypes.Leases, LeaseNamespace, lease, cancel);
        }
    }

    private JsonObject Status()
    {
        JsonObject capacity = new()
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki",
            ["pods"] = MaxPods.ToString(CultureInfo.InvariantCulture),
        };
        return new JsonObject
        {
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = context.Options.NodeAddress },
                new JsonObject { ["type"] = "Hostname", ["address"] = context.Options.NodeName }),
            ["capacity"] = capacity,
            ["allocatable"] = capacity.DeepClone(),
            ["conditions"] = new JsonArray(
                Condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                Condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                Condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                Condition("Ready", true, "KubeletReady", "kubelet is posting ready status")),
            ["nodeInfo"] = new JsonObject
            {
                ["machineID"] = "",
                ["systemUUID"] = "",
                ["bootID"] = "",
                ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                ["osImage"] = RuntimeInformation.OSDescription,
                ["containerRuntimeVersion"] = "lateen://0.1.0",
                ["kubeletVersion"] = context.Options.KubeletVersion,
                ["kubeProxyVersion"] = context.Options.KubeletVersion,
                ["operatingSystem"] = "linux",
                ["architecture"] = Architecture,
            },
        };
    }

    private JsonObject Condition(string type, bool value, string reason, string message)
    {
        string now = KubeObject.Stamp(context.Now);
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = value ? "True" : "False",
            ["lastHeartbeatTime"] = now,
            ["lastTransitionTime"] = now,
            ["reason"] = reason,
            ["message"] = message,
        };
    }
}
