namespace Lateen.Api.Tests.Schema;

using Google.Protobuf.Reflection;
using Lateen.Api.Schema;
using Lateen.Api.Text;

public sealed class ProtoSchemaTests
{
    [Fact]
    public void Every_message_is_described_as_the_library_describes_it()
    {
        List<string> differences = [];
        int messages = 0;
        foreach (MessageDescriptor message in ProtoTypes.Files.SelectMany(static f => f.MessageTypes).SelectMany(WithNested))
        {
            messages++;
            MessageSchema? schema = ProtoSchema.Find("type.googleapis.com/" + message.FullName);
            string ours = schema is null ? "nothing" : Describe(schema);
            string theirs = Describe(message);
            differences.AddRange(ours == theirs ? [] : [$"{message.FullName}: {ours}, and not {theirs}"]);
        }

        Assert.True(messages > 200, $"only {messages} messages were compared");
        Assert.Empty(differences);
    }

    [Theory]
    [InlineData("")]
    [InlineData("envoy.config.core.v3")]
    [InlineData("envoy.config.core.v3.")]
    [InlineData("envoy.config.core.v3.Address.")]
    [InlineData("envoy.config.core.v3.Addres")]
    [InlineData("type.googleapis.com/envoy.config.core.v3.TrafficDirection")]
    public void What_is_no_message_is_not_found(string name) => Assert.Null(ProtoSchema.Find(name));

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(WithNested).Prepend(message);

    private static string Describe(MessageDescriptor message) =>
        $"{message.ClrType?.FullName ?? "map"} {message.Name}: " + string.Join(", ", message.Fields.InDeclarationOrder().Select(Describe));

    private static FieldKind Kind(FieldType type) => type switch
    {
        FieldType.String => FieldKind.Text,
        _ => Enum.Parse<FieldKind>(type.ToString(), ignoreCase: true),
    };

    private static string Describe(FieldDescriptor field)
    {
        int oneof = field.RealContainingOneof is { } real ? field.ContainingType.Oneofs.IndexOf(real) : -1;
        string type = field.FieldType is FieldType.Message ? field.MessageType.FullName
            : field.FieldType is FieldType.Enum ? string.Join('|', field.EnumType.Values.Select(static v => v.Name + v.Number)) : "";
        return $"{field.Name} {field.JsonName} {field.FieldNumber} {(int)Kind(field.FieldType)} {field.IsRepeated} {field.IsMap} {oneof} {type}";
    }

    private static string Describe(MessageSchema message) =>
        $"{(message.IsMapEntry ? "map" : message.ClrName)} {message.Name}: " + string.Join(", ", message.Fields.Select(Describe));

    private static string Describe(FieldSchema field)
    {
        string type = field.Kind is FieldKind.Message ? field.Message.FullName
            : field.Kind is FieldKind.Enum ? string.Join('|', field.Enum.Names.Select(n => n + field.Enum.Find(n))) : "";
        return $"{field.Name} {field.JsonName} {field.Number} {(int)field.Kind} {field.IsRepeated} {field.IsMap} {field.Oneof} {type}";
    }
}
