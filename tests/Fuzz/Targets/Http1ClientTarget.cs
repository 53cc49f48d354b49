namespace Lateen.Fuzz.Targets;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

/// <summary>Responses: the same however they are cut, each stream ends once, and no buffer is kept.</summary>
internal sealed class Http1ClientTarget : FuzzTarget
{
    private static readonly Http1Options Options = new() { EnableTrailers = true };
    private static readonly string[] Methods = ["GET", "HEAD", "CONNECT", "POST"];

    public override string Name => "http1-client";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        Bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n"),
        Bytes("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n"),
        Bytes("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nuntil the end"),
        Bytes("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nbytes"),
        Bytes("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n"),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "\r\n|\r\n\r\n|Content-Length: 5\r\n|Transfer-Encoding: chunked\r\n|Connection: close\r\n|HTTP/1.1 100 C\r\n\r\n|0\r\n\r\n|HTTP/1.1 200 OK\r\n|;x".Split('|').Select(Bytes),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        string method = random.Pick(Methods);
        ResponseLog whole = Read(input, method, 0);
        ResponseLog cut = Read(input, method, 1 + random.Next(7));
        Require(whole.Text == cut.Text, $"cut otherwise, it means something else:\n{whole.Text}\n---\n{cut.Text}");
        return method + whole.Outcome;
    }

    private static ResponseLog Read(byte[] input, string method, int cut)
    {
        var log = new ResponseLog();
        var wire = new Wire(cut);
        wire.SendToClient(
            (loop, address) =>
            {
                var codec = Http1ClientCodec.Connect(loop, address, default, SilentClient.Instance, Options);
                return () => codec.NewStream(log).SendHeaders(Request(method), endStream: method != "CONNECT");
            },
            input);
        Require(log.Ends <= 1, $"the stream ended {log.Ends} times");
        Require(wire.Loop.Buffers.LentBytes == 0, "a buffer was kept");
        return log;
    }

    private static HeaderMap Request(string method)
    {
        var head = new HeaderMap();
        head.Add(":method"u8, Encoding.ASCII.GetBytes(method));
        head.Add(":scheme"u8, "http"u8);
        head.Add(":authority"u8, "a:80"u8);
        head.Add(":path"u8, "/"u8);
        return head;
    }
}
