namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Transport;

/// <summary>Frames to a client with two streams under way: each ends at most once, and no buffer is kept.</summary>
internal sealed class Http2ClientTarget : FuzzTarget
{
    public override string Name => "http2-client";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Http2ServerTarget.Join(
            Http2ServerTarget.Frame(4, 0, 0, ""), Http2ServerTarget.Frame(4, 1, 0, ""), Http2ServerTarget.Frame(1, 4, 1, "88"),
            Http2ServerTarget.Frame(0, 1, 1, "6f6b"), Http2ServerTarget.Frame(1, 5, 3, "8d")),
        Http2ServerTarget.Join(
            Http2ServerTarget.Frame(4, 0, 0, "000100000000"), Http2ServerTarget.Frame(1, 4, 3, "08033130330178017900"[..10]),
            Http2ServerTarget.Frame(1, 4, 3, "88"), Http2ServerTarget.Frame(1, 5, 3, "0001780179"), Http2ServerTarget.Frame(3, 0, 1, "00000007")),
        Http2ServerTarget.Join(
            Http2ServerTarget.Frame(4, 0, 0, ""), Http2ServerTarget.Frame(7, 0, 0, "0000000100000000"), Http2ServerTarget.Frame(1, 5, 1, "88")),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } = [.. new Http2ServerTarget().Tokens, Http2ServerTarget.Frame(1, 4, 1, "88"), Http2ServerTarget.Frame(5, 4, 1, "0000000288")];

    public override string Run(byte[] input, FuzzRandom random)
    {
        (string whole, string outcome) = Read(input, 0);
        (string cut, _) = Read(input, 1 + random.Next(12));
        Require(whole == cut, $"cut otherwise, it means something else:\n{whole}\n---\n{cut}");
        return outcome;
    }

    private static (string Text, string Outcome) Read(byte[] input, int cut)
    {
        ResponseLog[] logs = [new(), new()];
        var wire = new Wire(cut);
        wire.SendToClient(
            (loop, address) =>
            {
                var codec = Http2ClientCodec.Connect(loop, address, default, new Silent(), Http2Options.Default);
                return () => Array.ForEach(logs, log => codec.NewStream(log).SendHeaders(Request(), endStream: true));
            },
            input);
        Require(Array.TrueForAll(logs, static l => l.Ends <= 1), "a stream ended twice");
        Require(wire.Loop.Buffers.LentBytes == 0, "a buffer was kept");
        return (string.Concat(logs.Select(static l => l.Text)), string.Concat(logs.Select(static l => l.Outcome)));
    }

    private static HeaderMap Request()
    {
        var head = new HeaderMap();
        head.Add(":method"u8, "GET"u8);
        head.Add(":scheme"u8, "http"u8);
        head.Add(":authority"u8, "a"u8);
        head.Add(":path"u8, "/"u8);
        return head;
    }

    private sealed class Silent : Http2ClientCallbacks
    {
        public override void OnConnected(Http2ClientCodec codec)
        {
        }

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure)
        {
        }

        public override void OnStreamClosed(Http2ClientCodec codec)
        {
        }

        public override void OnCapacityChanged(Http2ClientCodec codec)
        {
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error)
        {
        }

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason)
        {
        }
    }
}
