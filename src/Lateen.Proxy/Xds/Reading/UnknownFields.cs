namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf;
using Google.Protobuf.Reflection;

/// <summary>
/// Finds fields that a message carries and our schema does not know. The library keeps them but does not show them, so the encoded
/// bytes are walked next to the descriptor.
/// </summary>
internal static class UnknownFields
{
    private const int MaxDepth = 64;

    public static List<string> Find(ByteString encoded, MessageDescriptor descriptor, string path)
    {
        var found = new List<string>();
        Walk(encoded, descriptor, path, found, 0);
        return found;
    }

    private static void Walk(ByteString encoded, MessageDescriptor descriptor, string path, List<string> found, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        CodedInputStream input = encoded.CreateCodedInput();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            FieldDescriptor? field = descriptor.FindFieldByNumber(number);
            if (field is null)
            {
                found.Add($"{path}.{descriptor.Name} field {number}");
                input.SkipLastField();
                continue;
            }

            bool nested = field.FieldType is FieldType.Message && WireFormat.GetTagWireType(tag) is WireFormat.WireType.LengthDelimited;
            if (nested)
            {
                // What is inside an Any is looked at when it is unpacked.
                Walk(input.ReadBytes(), field.MessageType, $"{path}.{field.Name}", found, depth + 1);
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
