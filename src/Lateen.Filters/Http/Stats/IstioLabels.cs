namespace Lateen.Filters.Http.Stats;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>The labels of Istio's standard metrics, in the order in which Istio writes them.</summary>
internal static class IstioLabels
{
    private const string Unknown = "unknown";

    /// <param name="isSource">Reporter source: we are the caller's sidecar; otherwise we are the callee's.</param>
    /// <param name="self">Our own workload.</param>
    /// <param name="peer">The other side, when known.</param>
    /// <param name="service">Host, name and namespace of the called service.</param>
    /// <param name="protocol">http, grpc or tcp.</param>
    /// <param name="code">Null for TCP.</param>
    /// <param name="grpcStatus">Empty when not gRPC.</param>
    /// <param name="flags">Response flags.</param>
    public static List<KeyValuePair<string, string>> Create(
        bool isSource, Peer self, Peer? peer, ClusterService service, string protocol, int? code, string grpcStatus, ResponseFlags flags)
    {
        Peer? source = isSource ? self : peer;
        Peer? destination = isSource ? peer : self;
        var labels = new List<KeyValuePair<string, string>>
        {
            new("reporter", isSource ? "source" : "destination"),
            new("source_workload", Or(source?.WorkloadName)),
            new("source_canonical_service", Or(source?.CanonicalService)),
            new("source_canonical_revision", Or(source?.CanonicalRevision)),
            new("source_workload_namespace", Or(source?.Namespace)),
            new("source_principal", Or(source?.Principal)),
            new("source_app", Or(source?.App)),
            new("source_version", Or(source?.Version)),
            new("source_cluster", Or(source?.Cluster)),
            new("destination_workload", Or(destination?.WorkloadName)),
            new("destination_workload_namespace", Or(destination?.Namespace)),
            new("destination_principal", Or(destination?.Principal)),
            new("destination_app", Or(destination?.App)),
            new("destination_version", Or(destination?.Version)),
            new("destination_service", Or(service.Host)),
            new("destination_canonical_service", Or(destination?.CanonicalService)),
            new("destination_canonical_revision", Or(destination?.CanonicalRevision)),
            new("destination_service_name", Or(service.Name)),
            new("destination_service_namespace", Or(service.Namespace)),
            new("destination_cluster", Or(destination?.Cluster)),
            new("request_protocol", protocol),
        };
        if (code is { } status)
        {
            labels.Add(new("response_code", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            labels.Add(new("grpc_response_status", grpcStatus));
        }

        labels.Add(new("response_flags", FlagText(flags)));

        // The caller's sidecar cannot know how its connection arrived; ours came in plaintext as long as there are no identities.
        labels.Add(new("connection_security_policy", isSource ? Unknown : "none"));
        return labels;
    }

    private static string Or(string? value) => string.IsNullOrEmpty(value) ? Unknown : value;

    private static string FlagText(ResponseFlags flags)
    {
        Span<byte> text = stackalloc byte[128];
        return System.Text.Encoding.ASCII.GetString(text[..ResponseFlagNames.Format(flags, text)]);
    }
}
