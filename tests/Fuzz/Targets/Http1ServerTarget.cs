namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Transport;

/// <summary>Requests: the same however they are cut, no buffer kept, and what would go upstream is read back as it was meant.</summary>
internal sealed class Http1ServerTarget : FuzzTarget
{
    private static readonly Http1Options Options = new() { EnableTrailers = true, MaxGlitches = int.MaxValue };

    public override string Name => "http1-server";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Bytes("POST /a?b HTTP/1.1\r\nHost: a:80\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5;e=1\r\nhello\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n"),
        Bytes("PUT http://b/c?d HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\nConnection: keep-alive, X\r\nX: 1\r\n\r\nabc"),
        Bytes("GET / HTTP/1.1\r\nHost: [::1]:8\r\nExpect: 100-continue\r\nTE: trailers\r\nCookie: a=b\r\n\r\n"),
        Bytes("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\nbytes"),
        Bytes("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "\r\n|\r\n\r\n|Content-Length: 5\r\n|Transfer-Encoding: chunked\r\n|Host: c\r\n|Connection: close\r\n|Connection: te\r\n|0\r\n\r\n|;x=\"y\"|HTTP/1.1|HTTP/1.0| |\t|: |,"
            .Split('|').Select(Bytes),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        ServerLog whole = Read(input, 0);
        ServerLog cut = Read(input, 1 + random.Next(7));
        Require(whole.Text == cut.Text, $"cut otherwise, it means something else:\n{whole.Text}\n---\n{cut.Text}");
        foreach (HeaderMap head in whole.Heads)
        {
            ReadBack(head);
        }

        return whole.Outcome;
    }

    private static ServerLog Read(byte[] input, int cut)
    {
        var log = new ServerLog();
        var wire = new Wire(cut);
        wire.SendToServer(new Http1ServerCodec(log, Options).Attach, input);
        Require(log.Closed == 1, $"the connection ended {log.Closed} times");
        Require(wire.Loop.Buffers.LentBytes == 0, "a buffer was kept");
        return log;
    }

    // What our client codec writes of a request must be read by our server codec as the same request.
    private static void ReadBack(HeaderMap head)
    {
        var log = new ServerLog();
        var wire = new Wire(0);
        SocketAddress address = SocketAddress.V4(0x0A00_0002, 80);
        wire.Loop.Listen(address, default, new Acceptor(new Http1ServerCodec(log, Options with { AllowConnect = true })));
        var client = Http1ClientCodec.Connect(wire.Loop, address, default, SilentClient.Instance, Options);
        client.NewStream(new ResponseLog()).SendHeaders(head, endStream: true);
        wire.Network.RunUntilIdle();
        client.Close(CloseMode.NoFlush);
        wire.Network.RunUntilIdle();
        if (head.Contains("content-length"u8) || head.Contains("upgrade"u8))
        {
            // A promised body that does not come, or a tunnel: only that nothing was taken for another request matters.
            Require(log.Heads.Count <= 1, "one request became several");
            return;
        }

        Require(log.Heads.Count == 1, $"one request became {log.Heads.Count}: {log.Text}");
        foreach (string name in new[] { ":method", ":path", ":authority" })
        {
            byte[] key = Bytes(name);
            Require(head.GetOrEmpty(key).SequenceEqual(log.Heads[0].GetOrEmpty(key)), $"{name} is another when read back");
        }
    }

    private sealed class Acceptor(Http1ServerCodec codec) : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => codec.Attach(connection);
    }
}
