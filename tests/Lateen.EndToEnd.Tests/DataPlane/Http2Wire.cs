namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Buffers.Binary;
using System.Text;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>HTTP/2 in raw bytes: builds frames, right and wrong ones, and tells in words what came back.</summary>
internal static class Http2Wire
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Priority = 2;
    public const byte RstStream = 3;
    public const byte SettingsFrame = 4;
    public const byte PushPromise = 5;
    public const byte PingFrame = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdateFrame = 8;
    public const byte Continuation = 9;

    private const int HeaderBytes = 9;

    private static readonly string[] Errors =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
        "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
    ];

    /// <summary>The client's preface, its SETTINGS and the acknowledgement of the server's.</summary>
    public static byte[] Handshake =>
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsFrame, 0, 0), .. Frame(SettingsFrame, 1, 0)];

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderBytes);
        return frame;
    }

    /// <summary>A block of literals, "name=value" each, without compression.</summary>
    public static byte[] Block(params string[] fields)
    {
        var block = new MemoryStream();
        foreach (string field in fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            block.WriteByte(0);
            Write(block, field[..equals]);
            Write(block, field[(equals + 1)..]);
        }

        return block.ToArray();
    }

    public static byte[] Head(int stream, bool end, params string[] fields) => Frame(Headers, (byte)(end ? 5 : 4), stream, Block(fields));

    public static byte[] Get(int stream, string path = "/status/200", params string[] more) =>
        Head(stream, true, [":method=GET", ":scheme=http", ":authority=a", $":path={path}", .. more]);

    public static byte[] Post(int stream, string path = "/sink", params string[] more) =>
        Head(stream, false, [":method=POST", ":scheme=http", ":authority=a", $":path={path}", .. more]);

    public static byte[] Body(int stream, string data, bool end) => Frame(Data, (byte)(end ? 1 : 0), stream, Encoding.Latin1.GetBytes(data));

    public static byte[] Reset(int stream) => Frame(RstStream, 0, stream, 0, 0, 0, 8);

    public static byte[] Ping(byte mark = 1) => Frame(PingFrame, 0, 0, mark, 2, 3, 4, 5, 6, 7, 8);

    public static byte[] Settings(int identifier, uint value)
    {
        byte[] payload = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)identifier);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(2), value);
        return Frame(SettingsFrame, 0, 0, payload);
    }

    public static byte[] WindowUpdate(int stream, uint increment)
    {
        byte[] payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, increment);
        return Frame(WindowUpdateFrame, 0, stream, payload);
    }

    public static byte[] Join(IEnumerable<byte[]> frames) => [.. frames.SelectMany(f => f)];

    public static byte[] Repeat(int count, Func<int, byte[]> frame) => Join(Enumerable.Range(0, count).Select(frame));

    /// <summary>A connection past its handshake.</summary>
    public static async Task<RawClient> ConnectAsync(ProxyUnderTest proxy)
    {
        RawClient client = await RawClient.ConnectAsync(proxy.Port());
        await client.SendAsync(Handshake);
        return client;
    }

    /// <summary>Everything up to the answer to a PING that follows what was sent, or to the end of the connection.</summary>
    public static async Task<IReadOnlyList<string>> AnswersAsync(RawClient client)
    {
        byte[] ping = Ping(mark: 0xAB);
        await client.SendAsync(ping);
        ping[4] = 1;
        return Describe(await client.ReadUntilAsync(Encoding.Latin1.GetString(ping)));
    }

    /// <summary>Reads until so many streams have ended well; the bytes of their bodies.</summary>
    public static async Task<int> CompletedAsync(RawClient client, int streams)
    {
        int bytes = 0;
        while (streams > 0)
        {
            byte[] header = await client.ReadAsync(HeaderBytes);
            Assert.Equal(HeaderBytes, header.Length);
            int length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
            byte[] payload = await client.ReadAsync(length);
            byte type = header[3];
            Assert.False(type is RstStream or GoAway, $"type {type}: {Convert.ToHexString(payload)}");
            bytes += type == Data ? length : 0;
            streams -= type is Data or Headers ? header[4] & 1 : 0;
            Assert.True(type != Headers || Status(payload) is "200" or "", Status(payload));
        }

        return bytes;
    }

    /// <summary>Length of what begins with one whole answer of status 200: 0 while more must come, -1 when it is another.</summary>
    public static int AnswerLength(ReadOnlySpan<byte> received)
    {
        for (int at = 0; at + HeaderBytes <= received.Length;)
        {
            int end = at + HeaderBytes + (BinaryPrimitives.ReadInt32BigEndian(received[at..]) >>> 8);
            byte type = received[at + 3];
            if (end > received.Length)
            {
                return 0;
            }

            if (type is RstStream or GoAway || (type == Headers && Status(received[(at + HeaderBytes)..end]) != "200"))
            {
                return -1;
            }

            if (type == Data && (received[at + 4] & 1) == 1)
            {
                return end;
            }

            at = end;
        }

        return 0;
    }

    /// <summary>HEADERS, RST_STREAM and GOAWAY in words; the rest is left out.</summary>
    public static IReadOnlyList<string> Describe(string received)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(received);
        var lines = new List<string>();
        for (int at = 0; at + HeaderBytes <= bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)) >>> 8;
            int stream = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 5));
            ReadOnlySpan<byte> payload = bytes.AsSpan(at + HeaderBytes, Math.Min(length, bytes.Length - at - HeaderBytes));
            switch (bytes[at + 3])
            {
                case Headers:
                    lines.Add($"HEADERS {stream} {Status(payload)}");
                    break;
                case RstStream:
                    lines.Add($"RST_STREAM {stream} {Errors[payload[3]]}");
                    break;
                case GoAway:
                    lines.Add($"GOAWAY {Errors[payload[7]]}");
                    break;
            }

            at += HeaderBytes + length;
        }

        return lines;
    }

    // The proxy's encoder writes :status first: from the static table, or as a literal with the name of its entry 8.
    private static string Status(ReadOnlySpan<byte> block)
    {
        string[] known = ["200", "204", "206", "304", "400", "404", "500"];
        return block.Length > 0 && block[0] is >= 0x88 and <= 0x8E ? known[block[0] - 0x88]
            : block.Length >= 5 && block[0] == 0x48 && block[1] == 3 ? Encoding.ASCII.GetString(block[2..5])
            : Convert.ToHexStringLower(block);
    }

    private static void Write(MemoryStream block, string text)
    {
        int length = text.Length;
        if (length < 127)
        {
            block.WriteByte((byte)length);
        }
        else
        {
            block.WriteByte(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.WriteByte((byte)(length | 0x80));
            }

            block.WriteByte((byte)length);
        }

        block.Write(Encoding.Latin1.GetBytes(text));
    }
}
