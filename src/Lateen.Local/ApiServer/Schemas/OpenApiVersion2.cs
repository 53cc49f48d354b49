namespace Lateen.Local.ApiServer.Schemas;

using System.Text;
using Lateen.Local.ApiServer.Resources;

/// <summary>
/// The OpenAPI v2 document in protobuf (openapi.v2.Document) for kubectl before 1.29: it only looks whether each kind's PATCH
/// knows fieldValidation, and then leaves validation to the server, so that is all this document says.
/// </summary>
internal static class OpenApiVersion2
{
    public const string ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    // Field numbers of openapi.v2 messages.
    private const int NamedName = 1;
    private const int NamedValue = 2;
    private const int PathItemPatch = 8;
    private const int OperationParameters = 8;
    private const int OperationExtension = 13;

    public static byte[] Write(IEnumerable<ResourceDefinition> resources)
    {
        using var paths = new MemoryStream();
        foreach (ResourceDefinition resource in resources.Where(resource => !resource.CreateOnly))
        {
            byte[] item = Message((PathItemPatch, Patch(resource)));
            Bytes(paths, 2, Message((NamedName, Text(PathOf(resource))), (NamedValue, item)));
        }

        byte[] info = Message((1, Text("Kubernetes")), (2, Text("v1.34.0")));
        return Message((1, Text("2.0")), (2, info), (8, paths.ToArray()), (9, []));
    }

    private static byte[] Patch(ResourceDefinition resource)
    {
        string kind = $"group: \"{resource.Type.Group}\"\nkind: {resource.Type.Kind}\nversion: {resource.Type.Version}\n";
        byte[] any = Message((2, Text(kind)));
        byte[] extension = Message((NamedName, Text("x-kubernetes-group-version-kind")), (NamedValue, any));
        return Message((OperationParameters, Query("dryRun")), (OperationParameters, Query("fieldManager")),
            (OperationParameters, Query("fieldValidation")), (OperationExtension, extension));
    }

    /// <summary>ParametersItem → Parameter → NonBodyParameter → QueryParameterSubSchema.</summary>
    private static byte[] Query(string name)
    {
        byte[] schema = Message((2, Text("query")), (4, Text(name)), (6, Text("string")));
        return Message((1, Message((2, Message((3, schema))))));
    }

    private static string PathOf(ResourceDefinition resource)
    {
        string root = resource.Type.Group.Length == 0 ? $"/api/{resource.Type.Version}" : $"/apis/{resource.Type.ApiVersion}";
        return $"{root}{(resource.Type.Namespaced ? "/namespaces/{namespace}" : "")}/{resource.Type.Plural}/{{name}}";
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Message(params ReadOnlySpan<(int Number, byte[] Value)> fields)
    {
        using var buffer = new MemoryStream();
        foreach ((int number, byte[] value) in fields)
        {
            Bytes(buffer, number, value);
        }

        return buffer.ToArray();
    }

    private static void Bytes(MemoryStream buffer, int number, byte[] value)
    {
        Varint(buffer, (uint)(number << 3) | 2);
        Varint(buffer, (uint)value.Length);
        buffer.Write(value);
    }

    private static void Varint(MemoryStream buffer, uint value)
    {
        while (value >= 0x80)
        {
            buffer.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        buffer.WriteByte((byte)value);
    }
}
