namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>The body of /clusters, as text and as JSON.</summary>
internal static class ClustersText
{
    public static string Text(IEnumerable<Cluster> clusters)
    {
        var text = new StringBuilder();
        void Line(params ReadOnlySpan<string> parts) => text.AppendJoin("::", parts).Append('\n');
        foreach (Cluster cluster in clusters.OrderBy(static c => c.Name, StringComparer.Ordinal))
        {
            CircuitBreakerThresholds limits = cluster.Config.Breakers;
            string name = cluster.Name;
            Line(name, "default_priority", "max_connections", Number(limits.MaxConnections));
            Line(name, "default_priority", "max_pending_requests", Number(limits.MaxPendingRequests));
            Line(name, "default_priority", "max_requests", Number(limits.MaxRequests));
            Line(name, "default_priority", "max_retries", Number(limits.MaxRetries));
            Line(name, "added_via_api", "true");
            foreach (Host host in cluster.AllHosts)
            {
                Line(name, host.AddressText, "cx_active", Number(host.ActiveConnections));
                Line(name, host.AddressText, "cx_connect_fail", Number(host.Stats.ConnectFailures));
                Line(name, host.AddressText, "cx_total", Number(host.Stats.Connections));
                Line(name, host.AddressText, "rq_active", Number(host.ActiveRequests));
                Line(name, host.AddressText, "rq_error", Number(host.Stats.RequestErrors));
                Line(name, host.AddressText, "rq_success", Number(host.Stats.RequestSuccesses));
                Line(name, host.AddressText, "rq_timeout", Number(host.Stats.RequestTimeouts));
                Line(name, host.AddressText, "rq_total", Number(host.Stats.Requests));
                Line(name, host.AddressText, "hostname", host.Config.Hostname);
                Line(name, host.AddressText, "health_flags", HealthFlags(host));
                Line(name, host.AddressText, "weight", Number(host.Config.Weight));
                Line(name, host.AddressText, "region", host.Config.Locality.Region);
                Line(name, host.AddressText, "zone", host.Config.Locality.Zone);
                Line(name, host.AddressText, "sub_zone", host.Config.Locality.SubZone);
                Line(name, host.AddressText, "priority", Number(host.Config.Priority));
            }
        }

        return text.ToString();
    }

    public static string Json(IEnumerable<Cluster> clusters)
    {
        var statuses = new JsonArray();
        foreach (Cluster cluster in clusters.OrderBy(static c => c.Name, StringComparer.Ordinal))
        {
            var hosts = new JsonArray();
            foreach (Host host in cluster.AllHosts)
            {
                hosts.Add((JsonNode)HostStatus(host));
            }

            statuses.Add((JsonNode)new JsonObject { ["name"] = cluster.Name, ["added_via_api"] = true, ["host_statuses"] = hosts });
        }

        return new JsonObject { ["cluster_statuses"] = statuses }.ToJsonString(JsonText.Indented);
    }

    private static JsonObject HostStatus(Host host) => new()
    {
        ["address"] = new JsonObject
        {
            ["socket_address"] = new JsonObject
            {
                ["address"] = host.Address.ToIPAddress().ToString(),
                ["port_value"] = host.Address.Port,
            },
        },
        ["stats"] = new JsonArray(
            Stat("cx_connect_fail", host.Stats.ConnectFailures, false), Stat("cx_total", host.Stats.Connections, false),
            Stat("rq_error", host.Stats.RequestErrors, false), Stat("rq_success", host.Stats.RequestSuccesses, false),
            Stat("rq_timeout", host.Stats.RequestTimeouts, false), Stat("rq_total", host.Stats.Requests, false),
            Stat("cx_active", host.ActiveConnections, true), Stat("rq_active", host.ActiveRequests, true)),
        ["health_status"] = HealthStatus(host),
        ["weight"] = host.Config.Weight,
        ["hostname"] = host.Config.Hostname,
        ["priority"] = host.Config.Priority,
        ["locality"] = new JsonObject
        {
            ["region"] = host.Config.Locality.Region,
            ["zone"] = host.Config.Locality.Zone,
            ["sub_zone"] = host.Config.Locality.SubZone,
        },
    };

    // Envoy's words (host_utility, health_flag); several may stand together.
    private static string HealthFlags(Host host)
    {
        string eds = host.Config.Health switch
        {
            HostHealth.Unknown or HostHealth.Healthy => "",
            HostHealth.Degraded => "/degraded_eds_health",
            HostHealth.Draining => "/eds_status_draining",
            _ => "/failed_eds_health",
        };
        string flags = (host.HasFailedHealthCheck ? "/failed_active_hc" : "") + (host.IsEjected ? "/failed_outlier_check" : "") + eds;
        return flags.Length == 0 ? "healthy" : flags;
    }

    private static JsonObject HealthStatus(Host host)
    {
        var status = new JsonObject();
        if (host.HasFailedHealthCheck)
        {
            status["failed_active_health_check"] = true;
        }

        if (host.IsEjected)
        {
            status["failed_outlier_check"] = true;
        }

        status["eds_health_status"] = host.Config.Health is HostHealth.Unknown
            ? "HEALTHY" : host.Config.Health.ToString().ToUpperInvariant();
        return status;
    }

    // 64-bit numbers are strings in protobuf's JSON.
    private static JsonObject Stat(string name, long value, bool isGauge)
    {
        var stat = new JsonObject { ["name"] = name, ["value"] = Number(value) };
        if (isGauge)
        {
            stat["type"] = "GAUGE";
        }

        return stat;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
