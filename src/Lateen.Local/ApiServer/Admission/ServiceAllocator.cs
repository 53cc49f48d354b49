namespace Lateen.Local.ApiServer.Admission;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>Gives Services their cluster address (10.96.0.0/16) and node ports (30000–32767).</summary>
internal sealed class ServiceAllocator(ObjectStore store)
{
    private const int FirstNodePort = 30000;
    private const int LastNodePort = 32767;

    // The first addresses are for services with a wished address (10.96.0.1, 10.96.0.10), as Kubernetes reserves a static band.
    private const int FirstDynamic = 256;
    private const int LastDynamic = 65534;

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> promised = [];

    public void Allocate(JsonObject service, JsonObject? old)
    {
        JsonObject spec = service.Ensure("spec");
        lock (gate)
        {
            AllocateAddress(service, spec, old);
            AllocateNodePorts(service, spec, old);
        }
    }

    private void AllocateAddress(JsonObject service, JsonObject spec, JsonObject? old)
    {
        if (spec.Str("type") == "ExternalName")
        {
            spec.Remove("clusterIP");
            spec.Remove("clusterIPs");
            return;
        }

        string? wished = spec.Str("clusterIP") ?? spec.Arr("clusterIPs").Strings().FirstOrDefault();
        wished = string.IsNullOrEmpty(wished) ? old.Str("spec", "clusterIP") : wished;
        if (string.IsNullOrEmpty(wished))
        {
            wished = FreeAddress();
        }
        else if (wished != "None" && wished != old.Str("spec", "clusterIP"))
        {
            CheckAddress(service, wished);
        }

        spec["clusterIP"] = wished;
        spec["clusterIPs"] = new JsonArray { wished };
    }

    private string FreeAddress()
    {
        HashSet<string> used = Used(item => [item.Str("spec", "clusterIP") ?? ""]);
        for (int attempt = 0; attempt < LastDynamic; attempt++)
        {
            int offset = Random.Shared.Next(FirstDynamic, LastDynamic);
            string address = $"10.96.{offset >> 8}.{offset & 255}";
            if (!used.Contains(address) && Promise(address))
            {
                return address;
            }
        }

        throw ApiErrors.Internal("failed to allocate a serviceIP: range is full");
    }

    private void CheckAddress(JsonObject service, string wished)
    {
        bool inRange = IPAddress.TryParse(wished, out IPAddress? address) && address.GetAddressBytes() is [10, 96, _, _];
        string? problem = !inRange ? "failed to allocate IP " + wished + ": the provided network does not match the current range"
            : Used(item => [item.Str("spec", "clusterIP") ?? ""]).Contains(wished) ? "failed to allocate IP " + wished
                + ": provided IP is already allocated" : null;
        if (problem is not null)
        {
            throw Invalid(service, FieldError.Invalid("spec.clusterIPs", new JsonArray { wished }, problem));
        }
    }

    private void AllocateNodePorts(JsonObject service, JsonObject spec, JsonObject? old)
    {
        bool wanted = spec.Str("type") == "NodePort"
            || (spec.Str("type") == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"]?.ToJsonString() != "false");
        HashSet<string> used = Used(item => item.Arr("spec", "ports").Objects().Select(PortKey), service);
        var mine = old.Arr("spec", "ports").Objects().Select(PortKey).ToHashSet();
        int index = 0;
        foreach (JsonObject port in spec.Arr("ports").Objects())
        {
            string path = $"spec.ports[{index++}].nodePort";
            if (!wanted)
            {
                port.Remove("nodePort");
                continue;
            }

            if (port.Int("nodePort") is not ({ } number and > 0))
            {
                port["nodePort"] = Previous(old, port) ?? FreePort(used);
            }
            else if (number is < FirstNodePort or > LastNodePort)
            {
                throw Invalid(service, FieldError.Invalid(path, port["nodePort"],
                    $"provided port is not in the valid range. The range of valid ports is {FirstNodePort}-{LastNodePort}"));
            }
            else if (used.Contains(PortKey(port)) && !mine.Contains(PortKey(port)))
            {
                throw Invalid(service, FieldError.Invalid(path, port["nodePort"], "provided port is already allocated"));
            }
        }
    }

    private static JsonNode? Previous(JsonObject? old, JsonObject port)
    {
        return old.Arr("spec", "ports").Objects()
            .FirstOrDefault(item => item.Int("port") == port.Int("port")
                && item.Str("protocol") == port.Str("protocol"))?["nodePort"]
            ?.DeepClone();
    }

    private int FreePort(HashSet<string> used)
    {
        for (int attempt = 0; attempt < LastNodePort; attempt++)
        {
            int port = Random.Shared.Next(FirstNodePort, LastNodePort + 1);
            string key = $"{port}";
            if (!used.Contains(key) && Promise(key))
            {
                return port;
            }
        }

        throw ApiErrors.Internal("failed to allocate a nodePort: range is full");
    }

    private static string PortKey(JsonObject port) => $"{port.Int("nodePort") ?? 0}";

    private HashSet<string> Used(Func<JsonObject, IEnumerable<string>> values, JsonObject? except = null)
    {
        return [.. store.List("services", null).Items
            .Where(item => except is null || item.Key.Name != except.Name() || item.Key.Namespace != except.Namespace())
            .SelectMany(item => values(item.Value))];
    }

    /// <summary>Two creations at once must not get the same value before either is stored.</summary>
    private bool Promise(string value)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        foreach (string old in promised.Where(pair => pair.Value < now.AddMinutes(-1)).Select(pair => pair.Key).ToList())
        {
            promised.Remove(old);
        }

        return promised.TryAdd(value, now);
    }

    private static ApiException Invalid(JsonObject service, FieldError error)
    {
        return new ApiException(422, "Invalid", $"Service \"{service.Name()}\" is invalid: {error.Message}");
    }
}
