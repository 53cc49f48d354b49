namespace Lateen.Api.Text;

using Google.Protobuf.Reflection;

/// <summary>Every message this house knows, for reading <c>Any</c> by type URL (a table, because reflection is not AOT-safe).</summary>
public static class ProtoTypes
{
    private static readonly FileDescriptor[] _files =
    [

    ];

    public static IReadOnlyList<FileDescriptor> Files => _files;

    public static TypeRegistry Registry { get; } = TypeRegistry.FromFiles(_files);

    /// <summary>Finds a message by its type URL, for example <c>type.googleapis.com/envoy.config.cluster.v3.Cluster</c>.</summary>
    public static MessageDescriptor? Find(string typeUrl) => Registry.Find(typeUrl[(typeUrl.LastIndexOf('/') + 1)..]);
}
