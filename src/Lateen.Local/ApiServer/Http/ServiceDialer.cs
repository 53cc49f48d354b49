namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>Connects to a ready endpoint of a Service, for webhooks and services/proxy.</summary>
internal sealed class ServiceDialer(ObjectStore store, Func<IPodRuntime?> runtime)
{
    public async Task<Stream> DialAsync(string ns, string service, int port, CancellationToken cancel)
    {
        return await DialNamedAsync(ns, service, port.ToString(CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
    }

    public async Task<Stream> DialNamedAsync(string ns, string service, string port, CancellationToken cancel)
    {
        JsonObject found = store.Get(new ObjectKey("services", ns, service))?.Value
            ?? throw new IOException($"service \"{service}\" not found");
        JsonObject servicePort = found.Arr("spec", "ports").Objects()
            .FirstOrDefault(item => port.Length == 0 || item.Str("name") == port || item.Int("port")?.ToString() == port)
            ?? throw new IOException($"no service port {port} found for service \"{service}\"");
        (string pod, int target) = Endpoint(ns, service, servicePort);
        IPodRuntime reach = runtime() ?? throw new IOException("the runtime is not running");
        return await reach.ConnectAsync(ns, pod, target, cancel).ConfigureAwait(false);
    }

    private (string Pod, int Port) Endpoint(string ns, string service, JsonObject servicePort)
    {
        var candidates = new List<(string Pod, int Port)>();
        foreach (StoredObject slice in store.List("discovery.k8s.io/endpointslices", ns).Items)
        {
            if (slice.Value.Str("metadata", "labels", "kubernetes.io/service-name") != service)
            {
                continue;
            }

            long? number = slice.Value.Arr("ports").Objects()
                .FirstOrDefault(item => (item.Str("name") ?? "") == (servicePort.Str("name") ?? "")).Int("port");
            foreach (JsonObject endpoint in slice.Value.Arr("endpoints").Objects())
            {
                bool ready = endpoint.At("conditions", "ready")?.ToJsonString() != "false";
                if (ready && number is { } target && endpoint.Str("targetRef", "name") is { } pod)
                {
                    candidates.Add((pod, (int)target));
                }
            }
        }

        return candidates.Count > 0 ? candidates[Random.Shared.Next(candidates.Count)]
            : throw new IOException($"no endpoints available for service \"{service}\"");
    }
}
