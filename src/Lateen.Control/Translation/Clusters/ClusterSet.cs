namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Endpoints;
using Lateen.Control.Translation.Listeners;

/// <summary>Gathers the inputs of all clusters of a proxy.</summary>
internal static class ClusterSet
{
    /// <summary>Clusters to every service port and subset that are alike for all proxies of one scope.</summary>
    public static IReadOnlyList<EncodedResource> Outbound(ProxyScope scope, TranslationCache cache) =>
        Outbound(scope, scope.Destinations.Where(each => !each.IsResolvedByName), null, cache);

    /// <summary>Clusters of names that the proxy looks up: they carry their endpoints in the order of its own locality.</summary>
    public static IReadOnlyList<EncodedResource> OutboundByName(ProxyScope scope, ProxyNode node, TranslationCache cache) =>
        Outbound(scope, scope.Destinations.Where(each => each.IsResolvedByName), node, cache);

    private static List<EncodedResource> Outbound(
        ProxyScope scope, IEnumerable<MeshService> services, ProxyNode? node, TranslationCache cache)
    {
        List<EncodedResource> clusters = [];
        foreach (MeshService service in services)
        {
            DestinationPolicy? rule = scope.PolicyOf(service);
            foreach (ServicePort port in service.Ports)
            {
                if (port.Protocol is ServiceProtocol.Udp)
                {
                    continue;
                }

                clusters.Add(Encode(GatherOutbound(scope, node, service, port, rule, null), cache));
                foreach (Subset subset in rule?.Subsets ?? [])
                {
                    clusters.Add(Encode(GatherOutbound(scope, node, service, port, rule, subset), cache));
                }
            }
        }

        return clusters;
    }

    /// <summary>Clusters that do not depend on services, and those to the own workload.</summary>
    public static IEnumerable<EncodedResource> Own(ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        yield return Encode(new FixedClusterInputs(FixedClusters.BlackHole, scope.Mesh.ConnectTimeout), cache);
        if (node.Type is ProxyType.Router)
        {
            yield break;
        }

        yield return Encode(new FixedClusterInputs(FixedClusters.Passthrough, scope.Mesh.ConnectTimeout), cache);
        yield return Encode(new FixedClusterInputs(FixedClusters.InboundPassthrough, scope.Mesh.ConnectTimeout), cache);
        foreach (InboundPort port in SidecarInbound.Gather(scope, node).All)
        {
            InboundClusterInputs inputs = new(
                port.Number, port.Protocol, port.Host, port.ServiceName, port.Namespace, scope.Mesh.ConnectTimeout)
            {
                Endpoint = port.Endpoint,
                Pool = port.Pool,
            };
            yield return cache.Get(inputs, ClusterName.Inbound(port.Number).ToString(), InboundCluster.Translate);
        }
    }

    private static OutboundClusterInputs GatherOutbound(
        ProxyScope scope, ProxyNode? node, MeshService service, ServicePort port, DestinationPolicy? rule, Subset? subset)
    {
        ClusterPolicy policy = ClusterPolicies.Resolve(rule, port.Number, subset, scope.Mesh);
        string name = ClusterName.Outbound(port.Number, service.Host, subset?.Name ?? "").ToString();
        return new(
            service.Host,
            service.Name,
            service.Namespace,
            port,
            subset?.Name ?? "",
            service.Resolution,
            service.MeshExternal,
            node is null ? null : EndpointSet.Inline(name, service, port.Number, subset, policy, scope, node),
            LocalityRules.Weighs(scope.Mesh, service, policy),
            policy,
            rule is null ? "" : IstioMetadata.ConfigPath(rule.Key, "destination-rule"),
            scope.Mesh.ConnectTimeout);
    }

    private static EncodedResource Encode(OutboundClusterInputs inputs, TranslationCache cache) => cache.Get(
        inputs, ClusterName.Outbound(inputs.Port.Number, inputs.Host, inputs.Subset).ToString(), OutboundCluster.Translate);

    private static EncodedResource Encode(FixedClusterInputs inputs, TranslationCache cache) =>
        cache.Get(inputs, inputs.Name, FixedClusters.Translate);
}
