namespace Lateen.Filters.Http.PeerMetadata;

using System.Buffers.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>Between node metadata, the header's base64 of a protobuf Struct, and the record that filters use.</summary>
internal static class PeerMetadataText
{
    private static readonly string[] ExchangedKeys =
    [
        "NAME", "NAMESPACE", "CLUSTER_ID", "MESH_ID", "OWNER", "WORKLOAD_NAME", "SERVICE_ACCOUNT", "APP_CONTAINERS", "INSTANCE_IPS",
        "ISTIO_VERSION", "PLATFORM_METADATA",
    ];

    private static readonly string[] ExchangedLabels =
    [
        "app", "version", "app.kubernetes.io/name", "app.kubernetes.io/version", "service.istio.io/canonical-name",
        "service.istio.io/canonical-revision", "service.istio.io/workload-name",
    ];

    /// <summary>What we say of ourselves, ready to be sent.</summary>
    public static byte[] EncodeHeader(Struct nodeMetadata)
    {
        var exchanged = new Struct();
        foreach (string key in ExchangedKeys)
        {
            if (nodeMetadata.Fields.TryGetValue(key, out Value? value))
            {
                exchanged.Fields[key] = value;
            }
        }

        var labels = new Struct();
        if (nodeMetadata.Fields.TryGetValue("LABELS", out Value? all) && all.StructValue is not null)
        {
            foreach (string label in ExchangedLabels)
            {
                if (all.StructValue.Fields.TryGetValue(label, out Value? value))
                {
                    labels.Fields[label] = value;
                }
            }
        }

        exchanged.Fields["LABELS"] = new Value { StructValue = labels };
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(exchanged.ToByteArray()));
    }

    /// <summary>Null when the header is not what it should be.</summary>
    public static Peer? DecodeHeader(ReadOnlySpan<byte> header)
    {
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(header.Length)];
        if (Base64.DecodeFromUtf8(header, decoded, out _, out int written) is not System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        try
        {
            return FromMetadata(Struct.Parser.ParseFrom(decoded, 0, written));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public static Peer FromMetadata(Struct metadata)
    {
        Struct labels = metadata.Fields.TryGetValue("LABELS", out Value? value) && value.StructValue is not null
            ? value.StructValue
            : new Struct();
        string app = Text(labels, "app");
        return new Peer
        {
            Name = Text(metadata, "NAME"),
            Namespace = Text(metadata, "NAMESPACE"),
            WorkloadName = Text(metadata, "WORKLOAD_NAME"),
            WorkloadType = "",
            CanonicalService = First(
                Text(labels, "service.istio.io/canonical-name"), Text(labels, "app.kubernetes.io/name"), app, Text(metadata, "WORKLOAD_NAME")),
            CanonicalRevision = First(
                Text(labels, "service.istio.io/canonical-revision"), Text(labels, "app.kubernetes.io/version"), Text(labels, "version"), "latest"),
            App = app,
            Version = Text(labels, "version"),
            Cluster = Text(metadata, "CLUSTER_ID"),
        };
    }

    /// <summary>Endpoint metadata istio.workload: "name;namespace;canonical-service;canonical-revision;cluster".</summary>
    public static Peer FromWorkload(string text)
    {
        string[] parts = text.Split(';');
        string Part(int index) => index < parts.Length ? parts[index] : "";
        return new Peer
        {
            WorkloadName = Part(0),
            Namespace = Part(1),
            CanonicalService = Part(2),
            CanonicalRevision = Part(3),
            Cluster = Part(4),

            // Istio gives app and version the canonical values when only this short form is known.
            App = Part(2),
            Version = Part(3),
        };
    }

    private static string Text(Struct values, string key) =>
        values.Fields.TryGetValue(key, out Value? value) && value.KindCase is Value.KindOneofCase.StringValue ? value.StringValue : "";

    private static string First(params ReadOnlySpan<string> candidates)
    {
        foreach (string candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        return "";
    }
}
