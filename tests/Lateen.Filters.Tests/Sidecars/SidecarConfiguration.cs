namespace Lateen.Filters.Tests.Sidecars;

/// <summary>Static configuration of two sidecars, with the filters, routes and logs that a control plane gives them.</summary>
internal static class SidecarConfiguration
{
    private const string TextLog =
        "[%START_TIME%] \\\"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\\\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \\\"%UPSTREAM_TRANSPORT_FAILURE_REASON%\\\" %BYTES_RECEIVED% "
        + "%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \\\"%REQ(X-FORWARDED-FOR)%\\\" \\\"%REQ(USER-AGENT)%\\\" "
        + "\\\"%REQ(X-REQUEST-ID)%\\\" \\\"%REQ(:AUTHORITY)%\\\" \\\"%UPSTREAM_HOST%\\\" %UPSTREAM_CLUSTER_RAW% "
        + "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\\n";

    /// <summary>productpage's sidecar: reviews behind a header route and a weighted one, a host outside the mesh, and MySQL.</summary>
    public static string Client => $$$"""
        node:
          id: sidecar~10.0.1.1~productpage-v1-abc.default~default.svc.cluster.local
          metadata: {{{Metadata("productpage-v1", "productpage", "v1", "10.0.1.1")}}}
        static_resources:
          listeners:
          - name: outbound-http
            traffic_direction: OUTBOUND
            address: {socket_address: {address: 10.0.1.1, port_value: 9080}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": {{{Manager}}}
                  stat_prefix: outbound_0.0.0.0_9080
                  access_log: [{{{AccessLog}}}]
                  http_filters: [{{{Filters("upstream")}}}]
                  route_config:
                    name: "9080"
                    virtual_hosts:
                    - name: outside
                      domains: [outside.example.com]
                      routes:
                      - match: {prefix: /}
                        route: {cluster: outside}
                    - name: passthrough
                      domains: ["*.passthrough.example.com"]
                      routes:
                      - match: {prefix: /}
                        route: {cluster: PassthroughCluster}
                    - name: reviews
                      domains: ["*"]
                      include_request_attempt_count: true
                      routes:
                      - name: jason
                        match: {prefix: /, headers: [{name: end-user, string_match: {exact: jason}}]}
                        route: {cluster: reviews-v2, timeout: 5s, {{{Retries}}}}
                      - name: default
                        match: {prefix: /}
                        route:
                          weighted_clusters: {clusters: [{name: reviews-v1, weight: 90}, {name: reviews-v2, weight: 10}]}
                          timeout: 5s
                          {{{Retries}}}
          - name: outbound-tcp
            traffic_direction: OUTBOUND
            address: {socket_address: {address: 10.0.1.1, port_value: 3306}}
            filter_chains: [{filters: [{{{TcpFilters("mysql")}}}]}]
          clusters:
          - {{{Cluster("reviews-v1", "10.0.2.1", 15006, "reviews", "reviews-v1;default;reviews;v1;Kubernetes")}}}
          - {{{Cluster("reviews-v2", "10.0.2.1", 15006, "reviews", "reviews-v1;default;reviews;v1;Kubernetes")}}}
          - {{{Cluster("outside", "10.0.3.1", 80, "", "")}}}
          - {{{Cluster("PassthroughCluster", "10.0.3.1", 80, "", "")}}}
          - {{{Cluster("mysql", "10.0.2.1", 3306, "mysql", "reviews-v1;default;reviews;v1;Kubernetes")}}}
        """;

    /// <summary>reviews' sidecar: its application's HTTP port and a TCP port.</summary>
    public static string Server => $$$"""
        node:
          id: sidecar~10.0.2.1~reviews-v1-abc.default~default.svc.cluster.local
          metadata: {{{Metadata("reviews-v1", "reviews", "v1", "10.0.2.1")}}}
        static_resources:
          listeners:
          - name: inbound-http
            traffic_direction: INBOUND
            address: {socket_address: {address: 10.0.2.1, port_value: 15006}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": {{{Manager}}}
                  stat_prefix: inbound_0.0.0.0_9080
                  access_log: [{{{AccessLog}}}]
                  http_filters: [{{{Filters("downstream")}}}]
                  route_config:
                    name: inbound|9080||
                    virtual_hosts:
                    - name: inbound|http|9080
                      domains: ["*"]
                      routes:
                      - name: default
                        match: {prefix: /}
                        route: {cluster: inbound|9080||, timeout: 0s}
          - name: inbound-tcp
            traffic_direction: INBOUND
            address: {socket_address: {address: 10.0.2.1, port_value: 3306}}
            filter_chains: [{filters: [{{{TcpFilters("inbound|3306||")}}}]}]
          clusters:
          - {{{Cluster("inbound|9080||", "10.0.2.1", 8080, "reviews", "")}}}
          - {{{Cluster("inbound|3306||", "10.0.2.1", 13306, "mysql", "")}}}
        """;

    private const string Types = "type.googleapis.com/";

    private const string Manager = Types + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    private const string Retries =
        "retry_policy: {retry_on: \"connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes\", num_retries: 2, "
        + "retriable_status_codes: [503], retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts, typed_config: "
        + "{\"@type\": " + Types + "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}]}";

    private static string AccessLog =>
        "{name: envoy.access_loggers.file, typed_config: {\"@type\": " + Types + "envoy.extensions.access_loggers.file.v3.FileAccessLog, "
        + $"path: /dev/stdout, log_format: {{text_format_source: {{inline_string: \"{TextLog}\"}}}}}}}}";

    // The fault is armed and, for want of its header, never hit.
    private static string Filters(string exchange) => string.Join(", ",
        Filter("istio.metadata_exchange", "io.istio.http.peer_metadata.Config",
            $"{exchange}_discovery: [{{istio_headers: {{}}}}], {exchange}_propagation: [{{istio_headers: {{}}}}]"),
        Filter("envoy.filters.http.grpc_stats", "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig", "emit_filter_state: true"),
        Filter("istio.alpn", "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
            "alpn_override: [{upstream_protocol: HTTP11, alpn_override: [istio-http/1.1, istio, http/1.1]}]"),
        Filter("envoy.filters.http.fault", "envoy.extensions.filters.http.fault.v3.HTTPFault",
            "abort: {http_status: 500, percentage: {numerator: 100}}, headers: [{name: x-fault, string_match: {exact: \"yes\"}}]"),
        Filter("envoy.filters.http.cors", "envoy.extensions.filters.http.cors.v3.Cors", ""),
        Filter("istio.stats", "stats.PluginConfig", ""),
        Filter("envoy.filters.http.router", "envoy.extensions.filters.http.router.v3.Router", ""));

    private static string TcpFilters(string cluster) => string.Join(", ",
        Filter("istio.stats", "stats.PluginConfig", ""),
        Filter("envoy.filters.network.tcp_proxy", "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
            $"stat_prefix: tcp, cluster: \"{cluster}\""));

    private static string Filter(string name, string type, string fields) =>
        $"{{name: {name}, typed_config: {{\"@type\": {Types}{type}{(fields.Length > 0 ? ", " + fields : "")}}}}}";

    private static string Cluster(string name, string ip, int port, string service, string workload)
    {
        string services = service.Length == 0 ? "" : $"{{host: {service}.default.svc.cluster.local, name: {service}, namespace: default}}";
        string metadata = workload.Length == 0 ? "" : $", metadata: {{filter_metadata: {{istio: {{workload: \"{workload}\"}}}}}}";
        return $"{{name: \"{name}\", type: STATIC, lb_policy: LEAST_REQUEST, metadata: {{filter_metadata: {{istio: {{services: [{services}]}}}}}}, "
            + $"load_assignment: {{cluster_name: \"{name}\", endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: "
            + $"{{address: {ip}, port_value: {port}}}}}}}{metadata}}}]}}]}}}}";
    }

    private static string Metadata(string workload, string app, string version, string ip) =>
        $"{{NAME: {workload}-abc, NAMESPACE: default, WORKLOAD_NAME: {workload}, CLUSTER_ID: Kubernetes, MESH_ID: cluster.local, "
        + $"INSTANCE_IPS: {ip}, LABELS: {{app: {app}, version: {version}, service.istio.io/canonical-name: {app}, "
        + $"service.istio.io/canonical-revision: {version}}}}}";
}
