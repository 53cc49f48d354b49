namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Http2;

/// <summary>Frames to a server: the same however they are cut, one end of the connection, and no buffer kept.</summary>
internal sealed class Http2ServerTarget : FuzzTarget
{
    // :method GET, :scheme http, :path /, :authority "a", and "x: y" as a literal.
    private const string Head = "82868441016100" + "0178" + "0179";

    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public override string Name => "http2-server";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Join(Frame(4, 0, 0, ""), Frame(1, 5, 1, Head)),
        Join(Frame(4, 0, 0, "000300000064000400010000"), Frame(1, 4, 1, Head), Frame(0, 1, 1, "68656c6c6f"), Frame(1, 5, 3, Head)),
        Join(Frame(4, 0, 0, ""), Frame(4, 1, 0, ""), Frame(1, 4, 1, Head), Frame(0, 0, 1, "61"), Frame(1, 5, 1, "0001780179")),
        Join(Frame(4, 0, 0, ""), Frame(1, 1, 1, "8286"), Frame(9, 4, 1, "8441016100"), Frame(6, 0, 0, "0102030405060708"), Frame(8, 0, 0, "00010000")),
        Join(Frame(4, 0, 0, ""), Frame(1, 4, 1, Head), Frame(3, 0, 1, "00000008"), Frame(2, 0, 5, "0000000010"), Frame(7, 0, 0, "0000000000000000")),
        Join(Frame(4, 0, 0, ""), Frame(1, 0x2D, 1, "05000000000f" + Head + "0000000000"), Frame(0, 9, 1, "026162" + "0000")),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        Frame(0, 0, 1, ""), Frame(0, 1, 1, "61"), Frame(1, 5, 3, Head), Frame(1, 1, 5, "82"), Frame(9, 0, 5, "86"), Frame(9, 4, 5, ""),
        Frame(3, 0, 1, "00000000"), Frame(4, 0, 0, "000400000000"), Frame(4, 1, 0, ""), Frame(6, 0, 0, "0000000000000000"),
        Frame(8, 0, 1, "7fffffff"), Frame(8, 0, 0, "00000000"), Frame(7, 0, 0, "000000010000000b"), Frame(0x42, 0, 1, "00"), [0, 0, 0, 1],
    ];

    public static byte[] Frame(byte type, byte flags, int stream, string hexadecimal)
    {
        byte[] payload = Convert.FromHexString(hexadecimal);
        return
        [
            (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
            (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload,
        ];
    }

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(static p => p)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        byte[] bytes = [.. Preface, .. input];
        ServerLog whole = Read(bytes, 0);
        ServerLog cut = Read(bytes, 1 + random.Next(12));
        Require(whole.Text == cut.Text, $"cut otherwise, it means something else:\n{whole.Text}\n---\n{cut.Text}");
        return whole.Outcome;
    }

    private static ServerLog Read(byte[] input, int cut)
    {
        var log = new ServerLog();
        var wire = new Wire(cut);
        wire.SendToServer(new Http2ServerCodec(log, Http2Options.Default).Attach, input);
        Require(log.Closed == 1, $"the connection ended {log.Closed} times");
        Require(wire.Loop.Buffers.LentBytes == 0, "a buffer was kept");
        return log;
    }
}
