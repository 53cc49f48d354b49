namespace Lateen.Control.Validation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for a DestinationRule.</summary>
internal static class DestinationRuleRules
{
    public static void Check(DestinationRuleSpec spec, Findings findings)
    {
        if (spec.Host.Length > 0)
        {
            CommonRules.Host(spec.Host, "spec.host", findings);
        }

        ExportRules.Check(spec.ExportTo, mayHide: false, findings);
        CommonRules.Labels(
            spec.WorkloadSelector?.MatchLabels ?? ValueMap<string, string>.Empty, "spec.workloadSelector.matchLabels", findings);
        CheckPolicy(spec.TrafficPolicy, "spec.trafficPolicy", findings);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Subsets.Count; i++)
        {
            CheckSubset(spec.Subsets[i], FieldPath.Item("spec.subsets", i), seen, findings);
        }
    }

    private static void CheckSubset(Subset subset, string path, HashSet<string> seen, Findings findings)
    {
        if (subset.Name.Length > 0 && !CommonRules.IsSubsetName(subset.Name))
        {
            string message = $"\"{subset.Name}\" is not a subset name";
            findings.Error(Codes.InvalidName, path + ".name", message, "use letters, digits and hyphens");
        }

        if (!seen.Add(subset.Name))
        {
            findings.Error(Codes.Duplicate, path + ".name", $"the subset \"{subset.Name}\" is defined twice", "rename one");
        }

        if (subset.Labels.IsEmpty)
        {
            findings.Warning(Codes.NoEffect, path + ".labels", "a subset without labels is the whole host", "add labels");
        }

        CommonRules.Labels(subset.Labels, path + ".labels", findings);
        CheckPolicy(subset.TrafficPolicy, path + ".trafficPolicy", findings);
    }

    private static void CheckPolicy(TrafficPolicy? policy, string path, Findings findings)
    {
        if (policy is null)
        {
            return;
        }

        if (policy is { LoadBalancer: null, ConnectionPool: null } && policy.PortLevelSettings.IsEmpty)
        {
            findings.Error(Codes.Required, path, "a traffic policy needs at least one setting", "remove it, or add loadBalancer");
        }

        CheckLoadBalancer(policy.LoadBalancer, path + ".loadBalancer", findings);
        CheckPool(policy.ConnectionPool, path + ".connectionPool", findings);
        var seen = new HashSet<int>();
        for (int i = 0; i < policy.PortLevelSettings.Count; i++)
        {
            PortTrafficPolicy settings = policy.PortLevelSettings[i];
            string portPath = FieldPath.Item(path + ".portLevelSettings", i);
            CommonRules.Port(settings.Port ?? new PortSelector(), portPath + ".port", findings);
            if (settings.Port is { Number: > 0 } port && !seen.Add(port.Number))
            {
                findings.Error(Codes.Duplicate, portPath + ".port", $"port {port.Number} has settings twice", "merge them");
            }

            CheckLoadBalancer(settings.LoadBalancer, portPath + ".loadBalancer", findings);
            CheckPool(settings.ConnectionPool, portPath + ".connectionPool", findings);
        }
    }

    private static void CheckLoadBalancer(LoadBalancerSettings? settings, string path, Findings findings)
    {
        if (settings?.Simple is SimpleLoadBalancer.LeastConnection)
        {
            findings.Warning(Codes.Deprecated, path + ".simple", "LEAST_CONN is deprecated", "use LEAST_REQUEST");
        }
    }

    private static void CheckPool(ConnectionPoolSettings? pool, string path, Findings findings)
    {
        if (pool is null)
        {
            return;
        }

        if (pool is { Tcp: null, Http: null })
        {
            findings.Error(Codes.Required, path, "a connection pool needs tcp or http", "add one of them");
        }

        CommonRules.Duration(pool.Tcp?.ConnectTimeout, path + ".tcp.connectTimeout", findings);
        CommonRules.Duration(pool.Http?.IdleTimeout, path + ".http.idleTimeout", findings, zeroAllowed: true);
    }
}
