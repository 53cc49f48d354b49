namespace Lateen.Api.Tests.Protos;

using Google.Protobuf.Reflection;
using Lateen.Api.Text;

/// <summary>Our slim messages must be subsets of the published ones, or no other xDS client or server understands us.</summary>
public sealed class ProtoPinTests
{
    private static readonly Lazy<PublishedProtos> _published = new(() => PublishedProtos.Load(PublishedPackage.Folders()));

    // Published in Envoy's interface after the newest package that can be had.
    private static readonly HashSet<string> _newer =
    [
        "envoy.config.accesslog.v3.ComparisonFilter.Op.NE",
        "envoy.config.core.v3.ProxyProtocolConfig.added_tlvs",
        "envoy.config.core.v3.TlvEntry",
        "envoy.config.overload.v3.ScaleTimersOverloadActionConfig.TimerType.HTTP_DOWNSTREAM_CONNECTION_MAX",
        "envoy.config.overload.v3.ScaleTimersOverloadActionConfig.TimerType.HTTP_DOWNSTREAM_STREAM_FLUSH",
        "envoy.config.route.v3.RouteAction.RequestMirrorPolicy.host_rewrite_literal",
        "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.TlvLocation.DYNAMIC_METADATA",
        "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.TlvLocation.FILTER_STATE",
        "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.tlv_location",
        "envoy.extensions.resource_monitors.cgroup_memory.v3.CgroupMemoryConfig",
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.prefer_client_ciphers",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext.auto_host_sni",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext.auto_sni_san_validation",
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.OutlierDetection",
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.outlier_detection",
    ];

    [Fact]
    public void Every_message_and_field_has_its_published_number_type_and_oneof()
    {
        List<string> differences = [];
        int fields = 0;
        foreach (MessageDescriptor message in OurMessages())
        {
            IReadOnlyDictionary<string, PublishedField>? published = _published.Value.Message(message.FullName);
            if (published is null)
            {
                differences.AddRange(_newer.Contains(message.FullName) ? [] : [$"{message.FullName} is not published"]);
                continue;
            }

            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                fields++;
                string ours = Describe(field);
                string theirs = published.TryGetValue(field.Name, out PublishedField? other) ? Describe(other) : "nothing";
                if (ours != theirs && !(theirs == "nothing" && _newer.Contains($"{message.FullName}.{field.Name}")))
                {
                    differences.Add($"{message.FullName}.{field.Name}: ours is {ours}, published is {theirs}");
                }
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(fields > 500, $"only {fields} fields were compared");
    }

    [Fact]
    public void Every_enum_has_its_published_values()
    {
        List<string> differences = [];
        foreach (EnumDescriptor type in OurFiles().SelectMany(EnumsOf))
        {
            IReadOnlyDictionary<string, int> published = _published.Value.Enum(type.FullName) ?? new Dictionary<string, int>();
            differences.AddRange(type.Values
                .Where(value => published.TryGetValue(value.Name, out int number)
                    ? number != value.Number
                    : !_newer.Contains($"{type.FullName}.{value.Name}"))
                .Select(value => $"{type.FullName}.{value.Name} = {value.Number}"));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public void A_message_is_found_by_its_type_URL()
    {
        Assert.Equal("Cluster", ProtoTypes.Find("type.googleapis.com/envoy.config.cluster.v3.Cluster")?.Name);
        Assert.Null(ProtoTypes.Find("type.googleapis.com/envoy.config.cluster.v3.Nothing"));
    }

    private static string Describe(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            string key = TypeName(field.MessageType.FindFieldByNumber(1));
            return Describe(field.FieldNumber, "map", $"{key},{TypeName(field.MessageType.FindFieldByNumber(2))}", "");
        }

        string label = field.IsRepeated ? "repeated" : "";
        return Describe(field.FieldNumber, label, TypeName(field), field.RealContainingOneof?.Name ?? "");
    }

    private static string Describe(PublishedField field)
    {
        IEnumerable<string> types = field.Type.Split(',').Select(type => _published.Value.Resolve(field.Message, type));
        string label = field.Label == "optional" ? "" : field.Label;
        return Describe(field.Number, label, string.Join(',', types), field.OneOf);
    }

    private static string Describe(int number, string label, string type, string oneOf) =>
        $"{number} {label} {type} oneof({oneOf})";

    private static string TypeName(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        _ => field.FieldType.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<FileDescriptor> OurFiles() =>
        ProtoTypes.Files.Where(file => !file.Name.StartsWith("istio/", StringComparison.Ordinal));

    private static IEnumerable<MessageDescriptor> OurMessages() =>
        OurFiles().SelectMany(file => file.MessageTypes).SelectMany(WithNested);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.Where(nested => nested.ClrType is not null).SelectMany(WithNested).Prepend(message);

    private static IEnumerable<EnumDescriptor> EnumsOf(FileDescriptor file) =>
        file.EnumTypes.Concat(file.MessageTypes.SelectMany(WithNested).SelectMany(message => message.EnumTypes));
}
