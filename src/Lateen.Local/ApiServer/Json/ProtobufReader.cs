namespace Lateen.Local.ApiServer.Json;

using System.Buffers.Binary;
using System.Text.Json;

/// <summary>The protobuf wire format, just enough to walk a message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;
    private int wireType = 0;

    public bool TryNext(out int number)
    {
        number = 0;
        if (rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadRaw();
        number = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return true;
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        if (wireType != 2)
        {
            throw Malformed();
        }

        ulong length = ReadRaw();
        return length <= (ulong)rest.Length ? Take((int)length) : throw Malformed();
    }

    public ulong ReadVarint() => wireType == 0 ? ReadRaw() : throw Malformed();

    public double ReadDouble() => wireType == 1 ? BinaryPrimitives.ReadDoubleLittleEndian(Take(8)) : throw Malformed();

    public void Skip()
    {
        switch (wireType)
        {
            case 0:
                ReadRaw();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                ReadBytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Malformed();
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw Malformed();
        }

        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private ulong ReadRaw()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private static JsonException Malformed() => new("the protobuf message is malformed");
}
