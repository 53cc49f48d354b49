namespace Lateen.Engine.Tests.Http2;

using System.Buffers.Binary;
using System.Text;
using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;

/// <summary>Builds the bytes of HTTP/2 frames, right and wrong ones, with a compression state of its own.</summary>
internal sealed class Frames
{
    public const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private readonly HpackEncoder _encoder = new(4096);

    public static byte[] Of(FrameType type, byte flags, int streamId, params byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, flags, streamId);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] Data(int streamId, string data, bool end = false) =>
        Of(FrameType.Data, end ? FrameFlags.EndStream : (byte)0, streamId, Encoding.Latin1.GetBytes(data));

    public static byte[] Settings(params (int Identifier, uint Value)[] settings)
    {
        byte[] payload = new byte[settings.Length * 6];
        for (int i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)settings[i].Identifier);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), settings[i].Value);
        }

        return Of(FrameType.Settings, 0, 0, payload);
    }

    public static byte[] SettingsAck() => Of(FrameType.Settings, FrameFlags.Ack, 0);

    public static byte[] Ping(byte flags = 0) => Of(FrameType.Ping, flags, 0, 1, 2, 3, 4, 5, 6, 7, 8);

    public static byte[] WindowUpdate(int streamId, uint increment) => Of(FrameType.WindowUpdate, 0, streamId, Number(increment));

    public static byte[] Reset(int streamId, Http2ErrorCode error = Http2ErrorCode.Cancel) =>
        Of(FrameType.RstStream, 0, streamId, Number((uint)error));

    public static byte[] GoAway(int lastStreamId, Http2ErrorCode error = Http2ErrorCode.NoError) =>
        Of(FrameType.GoAway, 0, 0, [.. Number((uint)lastStreamId), .. Number((uint)error)]);

    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A header block of "name=value" fields.</summary>
    public byte[] Block(params string[] fields)
    {
        Lateen.Engine.Http.HeaderMap map = TestRequest.Headers(fields);
        byte[] buffer = new byte[HpackEncoder.MaxLength(map)];
        return buffer[.._encoder.Encode(map, buffer)];
    }

    /// <summary>A header block in the order given, whatever the names, uncompressed.</summary>
    public static byte[] RawBlock(params string[] fields)
    {
        var block = new MemoryStream();
        foreach (string field in fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            block.WriteByte(0);
            WriteString(block, field[..equals]);
            WriteString(block, field[(equals + 1)..]);
        }

        return block.ToArray();
    }

    public byte[] Headers(int streamId, bool end, params string[] fields) =>
        Of(FrameType.Headers, (byte)(FrameFlags.EndHeaders | (end ? FrameFlags.EndStream : 0)), streamId, Block(fields));

    public byte[] Get(int streamId, bool end = true, params string[] more) =>
        Headers(streamId, end, [":method=GET", ":scheme=http", ":authority=a", ":path=/", .. more]);

    public byte[] Post(int streamId, params string[] more) =>
        Headers(streamId, false, [":method=POST", ":scheme=http", ":authority=a", ":path=/", .. more]);

    private static void WriteString(MemoryStream block, string text)
    {
        byte[] length = new byte[8];
        var writer = new HpackWriter(length);
        writer.Integer(text.Length, 7, 0);
        block.Write(length, 0, writer.Length);
        block.Write(Encoding.Latin1.GetBytes(text));
    }
}
