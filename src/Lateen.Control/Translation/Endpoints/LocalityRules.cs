namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;

/// <summary>
/// Which locality rules hold between a client and a service: those of its DestinationRule, else what the Service's
/// trafficDistribution means, else the mesh's.
/// </summary>
internal static class LocalityRules
{
    public const string NetworkLabel = "topology.istio.io/network";
    public const string NodeLabel = "kubernetes.io/hostname";

    /// <summary>Null when all endpoints are alike for this client.</summary>
    public static LocalityPreference? For(ProxyScope scope, ProxyNode node, MeshService service, ClusterPolicy policy)
    {
        LocalityLbSetting? setting = SettingOf(policy, service, scope.Mesh).Setting;
        if (setting is null || !Distinguish(scope.Mesh, service, policy))
        {
            // Without ejection of failing hosts no priority would ever be left (Istio).
            return null;
        }

        Locality client = scope.LocalityOf(node);
        if (setting.Distribute.Count > 0)
        {
            LocalityDistribute? rule = setting.Distribute.FirstOrDefault(each => Matches(client, each.From));
            return rule is null ? null : new LocalityPreference(Locality.None, rule.To, [], false, []);
        }

        ValueList<LabelPreference> labels = setting.FailoverPriority.Select(each => Label(each, client, node, scope)).ToValueList();
        bool byLocality = labels.Count == 0 || setting.Failover.Count > 0;
        return new LocalityPreference(
            byLocality ? client : Locality.None, ValueMap<string, int>.Empty, labels, byLocality, setting.Failover);
    }

    /// <summary>Whether clients in different places see a service's endpoints in different orders.</summary>
    public static bool Distinguish(MeshSettings mesh, MeshService service, ClusterPolicy policy)
    {
        (LocalityLbSetting? setting, bool always) = SettingOf(policy, service, mesh);
        return setting is not null && (setting.Distribute.Count > 0 || always || policy.OutlierDetection is not null);
    }

    /// <summary>
    /// Whether weights of localities count in this cluster: where a DestinationRule speaks of localities, or the mesh shares calls
    /// among them (Istio's ENABLE_LOCALITY_WEIGHTED_LB_CONFIG is off).
    /// </summary>
    public static bool Weighs(MeshSettings mesh, MeshService service, ClusterPolicy policy) =>
        SettingOf(policy, service, mesh).Setting is { } setting
        && (setting.Distribute.Count > 0 || policy.LoadBalancer?.LocalityLbSetting is not null);

    /// <summary>Whether a locality is one that a rule names; * and missing parts match all.</summary>
    public static bool Matches(Locality locality, string rule)
    {
        Locality named = Locality.Parse(rule);
        return Part(locality.Region, named.Region, false) && Part(locality.Zone, named.Zone, true)
            && Part(locality.SubZone, named.SubZone, true);
    }

    private static bool Part(string actual, string named, bool mayBeMissing) =>
        named == "*" || (mayBeMissing && named.Length == 0) || named == actual;

    private static (LocalityLbSetting? Setting, bool Always) SettingOf(ClusterPolicy policy, MeshService service, MeshSettings mesh)
    {
        if (policy.LoadBalancer?.LocalityLbSetting is { } own)
        {
            return (own.Enabled is false ? null : own, false);
        }

        string[] near = service.TrafficDistribution switch
        {
            TrafficDistribution.PreferClose => [NetworkLabel, Locality.RegionLabel, Locality.ZoneLabel, Locality.SubZoneLabel],
            TrafficDistribution.PreferSameZone => [NetworkLabel, Locality.RegionLabel, Locality.ZoneLabel],
            TrafficDistribution.PreferSameNode =>
                [NetworkLabel, Locality.RegionLabel, Locality.ZoneLabel, Locality.SubZoneLabel, NodeLabel],
            _ => [],
        };
        if (near.Length > 0)
        {
            return (new LocalityLbSetting { FailoverPriority = near.ToValueList() }, true);
        }

        return (mesh.LocalityLb.Enabled is false ? null : mesh.LocalityLb, false);
    }

    private static LabelPreference Label(string written, Locality client, ProxyNode node, ProxyScope scope)
    {
        int equals = written.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            return new LabelPreference(written[..equals], written[(equals + 1)..]);
        }

        string value = written switch
        {
            Locality.RegionLabel => client.Region,
            Locality.ZoneLabel => client.Zone,
            Locality.SubZoneLabel => client.SubZone,
            NodeLabel => scope.NodeOf(node),
            _ => node.Labels.GetValueOrDefault(written, ""),
        };
        return new LabelPreference(written, value);
    }
}
