namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf;
using Lateen.Api.Schema;

/// <summary>
/// Finds fields that a message carries and our schema does not know. The library keeps them but does not show them, so the encoded
/// bytes are walked next to the schema.
/// </summary>
internal static class UnknownFields
{
    private const int MaxDepth = 64;

    public static List<string> Find(ByteString encoded, MessageSchema schema, string path)
    {
        var found = new List<string>();
        Walk(encoded, schema, path, found, 0);
        return found;
    }

    private static void Walk(ByteString encoded, MessageSchema schema, string path, List<string> found, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        CodedInputStream input = encoded.CreateCodedInput();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            FieldSchema? field = schema.Find(number);
            if (field is null)
            {
                found.Add($"{path}.{schema.Name} field {number}");
                input.SkipLastField();
                continue;
            }

            bool nested = field.Kind is FieldKind.Message && WireFormat.GetTagWireType(tag) is WireFormat.WireType.LengthDelimited;
            if (nested)
            {
                // What is inside an Any is looked at when it is unpacked.
                Walk(input.ReadBytes(), field.Message, $"{path}.{field.Name}", found, depth + 1);
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
