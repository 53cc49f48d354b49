namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Pieces of Envoy bootstrap files. Options are YAML in flow style without braces, such as <c>codec_type: HTTP2</c>.</summary>
internal static class Bootstrap
{
    private const string Types = "type.googleapis.com/envoy.extensions";

    /// <summary>Prints protocol, method, path, status, flags, details, and bytes of each stream.</summary>
    private const string AccessLog =
        $"access_log: [{{name: log, typed_config: {{'@type': {Types}.access_loggers.stream.v3.StdoutAccessLog, "
        + "log_format: {text_format_source: {inline_string: \"ACCESS %PROTOCOL% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% "
        + "flags=%RESPONSE_FLAGS% details=%RESPONSE_CODE_DETAILS% rx=%BYTES_RECEIVED% tx=%BYTES_SENT%\\n\"}}}}]";

    private const string Router =
        $"{{name: envoy.filters.http.router, typed_config: {{'@type': {Types}.filters.http.router.v3.Router}}}}";

    /// <summary>A whole bootstrap file around what stands below static_resources.</summary>
    public static string Whole(string resources, string more = "") => $$"""
        node: {id: proxy-under-test, cluster: test}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: ${port.admin} } } }
        {{more}}
        static_resources:
        {{Indent(resources)}}
        """;

    /// <summary>One HTTP listener on <c>${port.http}</c> that sends everything to one cluster.</summary>
    public static string Http(
        int upstreamPort, string manager = "", string cluster = "", string action = "", string chain = "", string filters = "") => $$"""
        listeners:
        {{HttpListener("http", "upstream", manager, action, chain, filters)}}
        clusters:
        {{Cluster("upstream", upstreamPort, cluster)}}
        """;

    /// <summary>A list item of listeners: HTTP on the port <c>${port.NAME}</c>.</summary>
    public static string HttpListener(
        string name, string cluster, string manager = "", string action = "", string chain = "", string filters = "") => $$"""
        - name: {{name}}
          address: {socket_address: {address: 127.0.0.1, port_value: ${port.{{name}}} } }
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                '@type': {{Types}}.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: {{name}}
                {{AccessLog}}
                {{Fields(manager, 8)}}
                route_config:
                  name: {{name}}
                  virtual_hosts:
                  - name: all
                    domains: ['*']
                    routes: [{match: {prefix: /}, route: {cluster: {{cluster}}{{After(action)}} } }]
                http_filters: [{{Before(filters)}}{{Router}}]
            {{Fields(chain, 4)}}
        """;

    /// <summary>A list item of listeners: TCP on the port <c>${port.NAME}</c>.</summary>
    public static string TcpListener(string name, string cluster, string proxy = "", string chain = "") => $$"""
        - name: {{name}}
          address: {socket_address: {address: 127.0.0.1, port_value: ${port.{{name}}} } }
          filter_chains:
          - filters:
            - name: envoy.filters.network.tcp_proxy
              typed_config:
                '@type': {{Types}}.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: {{name}}
                cluster: {{cluster}}
                {{AccessLog}}
                {{Fields(proxy, 8)}}
            {{Fields(chain, 4)}}
        """;

    /// <summary>A list item of clusters with one endpoint on the loopback interface.</summary>
    public static string Cluster(string name, int port, string options = "") => $$"""
        - name: {{name}}
          type: STATIC
          connect_timeout: 2s
          load_assignment:
            cluster_name: {{name}}
            endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: {{port}} } } } }]}]
          {{Fields(options, 2)}}
        """;

    /// <summary>Options of a cluster that speaks HTTP/2 with prior knowledge; <paramref name="http2"/> are http2_protocol_options.</summary>
    public static string Http2Upstream(string http2 = "", string more = "") =>
        $"typed_extension_protocol_options: {{envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {{'@type': "
        + $"{Types}.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {{http2_protocol_options: {{{http2}}}}}{After(more)}}}}}";

    /// <summary>Options of a cluster that speaks HTTP/1.1; <paramref name="http1"/> are http_protocol_options.</summary>
    public static string Http1Upstream(string http1) =>
        $"typed_extension_protocol_options: {{envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {{'@type': "
        + $"{Types}.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {{http_protocol_options: {{{http1}}}}}}}}}";

    private static string Before(string options) => options.Length > 0 ? options + ", " : "";

    private static string After(string options) => options.Length > 0 ? ", " + options : "";

    // Block style: one field a line, each already complete; the caller's lines are put at the right column.
    private static string Fields(string text, int column) =>
        text.Length == 0 ? "" : text.TrimEnd().ReplaceLineEndings("\n").Replace("\n", "\n" + new string(' ', column), StringComparison.Ordinal);

    private static string Indent(string text) => "  " + text.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal);
}
