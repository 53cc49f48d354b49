namespace Lateen.Proxy.Http;

/// <summary>The values of %RESPONSE_CODE_DETAILS% (Envoy's response_code_details documentation).</summary>
public static class ResponseCodeDetails
{
    public const string ViaUpstream = "via_upstream";
    public const string DirectResponse = "direct_response";
    public const string RouteNotFound = "route_not_found";
    public const string ClusterNotFound = "cluster_not_found";
    public const string NoHealthyUpstream = "no_healthy_upstream";
    public const string AbsolutePathRejected = "absolute_path_rejected";
    public const string Overload = "overload";
    public const string PathNormalizationFailed = "path_normalization_failed";
    public const string RequestHeaderTimeout = "request_header_timeout";
    public const string RequestOverallTimeout = "request_overall_timeout";
    public const string StreamIdleTimeout = "stream_idle_timeout";
    public const string MaxDurationTimeout = "max_duration_timeout";
    public const string DropOverload = "drop_overload";
    public const string UpgradeFailed = "upgrade_failed";
    public const string UpstreamPerTryTimeout = "upstream_per_try_timeout";
    public const string UpstreamResponseTimeout = "upstream_response_timeout";
    public const string DownstreamRemoteDisconnect = "downstream_remote_disconnect";
    public const string DownstreamLocalDisconnect = "downstream_local_disconnect";
    public const string MissingHost = "missing_host_header";
}
