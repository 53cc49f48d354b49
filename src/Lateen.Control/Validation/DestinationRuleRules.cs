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

        if (policy == new TrafficPolicy())
        {
            findings.Error(Codes.Required, path, "a traffic policy needs at least one setting", "remove it, or add loadBalancer");
        }

        Blocks(policy.LoadBalancer, policy.ConnectionPool, policy.OutlierDetection, path, findings);
        CheckTunnel(policy.Tunnel, path + ".tunnel", findings);
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

            Blocks(settings.LoadBalancer, settings.ConnectionPool, settings.OutlierDetection, portPath, findings);
        }
    }

    private static void Blocks(
        LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, OutlierDetection? outliers, string path, Findings findings)
    {
        LoadBalancerRules.Check(balancer, path + ".loadBalancer", findings);
        CheckPool(pool, path + ".connectionPool", findings);
        CheckOutliers(outliers, path + ".outlierDetection", findings);
        bool fails = balancer?.LocalityLbSetting is { } locality && (!locality.Failover.IsEmpty || !locality.FailoverPriority.IsEmpty);
        if (fails && outliers is null)
        {
            const string Message = "without outlierDetection no workload counts as failed, so there is no failover";
            findings.Warning(Codes.NoEffect, path + ".loadBalancer.localityLbSetting", Message, "add outlierDetection");
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

        CheckTcp(pool.Tcp, path + ".tcp", findings);
        if (pool.Http is not { } http)
        {
            return;
        }

        string httpPath = path + ".http";
        if (http == new HttpSettings())
        {
            findings.Warning(Codes.NoEffect, httpPath, "sets nothing", "remove it");
        }

        CommonRules.Duration(http.IdleTimeout, httpPath + ".idleTimeout", findings, zeroAllowed: true);
        if (http is { H2UpgradePolicy: H2UpgradePolicy.Upgrade, UseClientProtocol: true })
        {
            const string Message = "has no effect: useClientProtocol keeps the client's version";
            findings.Warning(Codes.NoEffect, httpPath + ".h2UpgradePolicy", Message, "keep one of the two");
        }

        if (http.Http2KeepAlive is { } alive)
        {
            CheckKeepAlive(alive.Interval, httpPath + ".http2KeepAlive.interval", findings);
            CheckKeepAlive(alive.Timeout, httpPath + ".http2KeepAlive.timeout", findings);
        }

        if (http.MaxRetries is 0)
        {
            const string Fix = "use retries.attempts: 0 of a VirtualService to switch retries off";
            findings.Warning(Codes.NoEffect, httpPath + ".maxRetries", "0 means no limit", Fix);
        }
    }

    private static void CheckKeepAlive(TimeSpan? time, string path, Findings findings)
    {
        if (time is null)
        {
            findings.Error(Codes.Required, path, "a keep-alive needs both an interval and a timeout", "add it, for example 30s");
        }

        CommonRules.Duration(time, path, findings);
    }

    private static void CheckTcp(TcpSettings? tcp, string path, Findings findings)
    {
        CommonRules.Duration(tcp?.ConnectTimeout, path + ".connectTimeout", findings);
        CommonRules.Duration(tcp?.MaxConnectionDuration, path + ".maxConnectionDuration", findings);
        CommonRules.Duration(tcp?.IdleTimeout, path + ".idleTimeout", findings, zeroAllowed: true);
        CommonRules.Duration(tcp?.TcpKeepalive?.Time, path + ".tcpKeepalive.time", findings);
        CommonRules.Duration(tcp?.TcpKeepalive?.Interval, path + ".tcpKeepalive.interval", findings);
    }

    private static void CheckOutliers(OutlierDetection? outliers, string path, Findings findings)
    {
        if (outliers is null)
        {
            return;
        }

        CommonRules.Duration(outliers.Interval, path + ".interval", findings);
        CommonRules.Duration(outliers.BaseEjectionTime, path + ".baseEjectionTime", findings);
        if (outliers.ConsecutiveLocalOriginFailures is not null && !outliers.SplitExternalLocalOriginErrors)
        {
            const string Message = "has no effect unless splitExternalLocalOriginErrors is true";
            findings.Warning(
                Codes.NoEffect, path + ".consecutiveLocalOriginFailures", Message, "set splitExternalLocalOriginErrors: true");
        }

        for (int i = 0; i < outliers.OutlierDetectionHttpErrorCodes.Count; i++)
        {
            int code = outliers.OutlierDetectionHttpErrorCodes[i];
            if (code is < 100 or > 599)
            {
                findings.Error(
                    Codes.InvalidValue, $"{path}.outlierDetectionHttpErrorCodes[{i}]", $"{code} is not an HTTP status", "use 100 to 599");
            }
        }

        bool never = outliers is { Consecutive5xxErrors: 0, ConsecutiveGatewayErrors: null or 0, SplitExternalLocalOriginErrors: false };
        if (never)
        {
            findings.Warning(Codes.NoEffect, path, "nothing is ever ejected: every count is 0", "give consecutive5xxErrors");
        }
    }

    private static void CheckTunnel(TunnelSettings? tunnel, string path, Findings findings)
    {
        if (tunnel is null)
        {
            return;
        }

        switch (tunnel.Protocol)
        {
            case "" or "CONNECT":
                break;
            case "POST":
                CommonRules.NotYetEnforced(path + ".protocol", "a tunnel by POST", findings);
                break;
            default:
                findings.Error(
                    Codes.InvalidValue, path + ".protocol", $"\"{tunnel.Protocol}\" is not a tunnel's protocol", "use CONNECT");
                break;
        }

        if (tunnel.TargetHost.Contains('*', StringComparison.Ordinal))
        {
            findings.Error(Codes.InvalidHost, path + ".targetHost", "a tunnel leads to one host", "name it without *");
        }
        else if (tunnel.TargetHost.Length > 0)
        {
            CommonRules.Host(tunnel.TargetHost, path + ".targetHost", findings);
        }
    }
}
