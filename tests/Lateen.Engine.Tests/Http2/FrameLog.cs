namespace Lateen.Engine.Tests.Http2;

using System.Buffers.Binary;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;

/// <summary>Reads the frames that a codec wrote into lines of text, without those of the handshake.</summary>
internal sealed class FrameLog
{
    private readonly HpackDecoder _decoder = new(4096);
    private readonly Http2HeadReader _head = new(new Http2Options { MaxHeadBytes = 1 << 20, MaxHeaders = 1000, AllowConnect = true, AllowExtendedConnect = true });
    private readonly List<string> _lines = [];
    private int _read;

    /// <summary>Frames as "TYPE stream what".</summary>
    public IReadOnlyList<string> Lines => _lines;

    public long DataBytes { get; private set; }

    /// <summary>Reads what is new in everything received so far.</summary>
    public FrameLog Read(string received, bool fromClient)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(received);
        if (fromClient && _read == 0)
        {
            Assert.StartsWith(Frames.Preface, received, StringComparison.Ordinal);
            _read = Frames.Preface.Length;
        }

        while (bytes.Length - _read >= FrameHeader.Size)
        {
            FrameHeader header = FrameHeader.Read(bytes.AsSpan(_read));
            if (bytes.Length - _read < FrameHeader.Size + header.Length)
            {
                break;
            }

            Add(header, bytes.AsSpan(_read + FrameHeader.Size, header.Length), fromClient);
            _read += FrameHeader.Size + header.Length;
        }

        return this;
    }

    private void Add(FrameHeader header, ReadOnlySpan<byte> payload, bool fromClient)
    {
        string end = header.Has(FrameFlags.EndStream) ? " END" : "";
        switch (header.Type)
        {
            case FrameType.Headers:
                _lines.Add($"HEADERS {header.StreamId} {Describe(payload, fromClient)}{end}");
                break;
            case FrameType.Data:
                DataBytes += payload.Length;
                string text = payload.Length > 64 ? $"[{payload.Length}]" : Encoding.Latin1.GetString(payload);
                _lines.Add($"DATA {header.StreamId} {text}{end}");
                break;
            case FrameType.RstStream:
                _lines.Add($"RST_STREAM {header.StreamId} {(Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(payload)}");
                break;
            case FrameType.GoAway:
                int last = BinaryPrimitives.ReadInt32BigEndian(payload);
                string shown = last == int.MaxValue ? "max" : $"{last}";
                _lines.Add($"GOAWAY {shown} {(Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(payload[4..])}");
                break;
            case FrameType.WindowUpdate:
                _lines.Add($"WINDOW_UPDATE {header.StreamId} {BinaryPrimitives.ReadInt32BigEndian(payload)}");
                break;
            case FrameType.Ping:
                _lines.Add(header.Has(FrameFlags.Ack) ? $"PING ACK {Convert.ToHexStringLower(payload)}" : $"PING {Convert.ToHexStringLower(payload)}");
                break;
            case FrameType.Settings:
                _lines.Add(header.Has(FrameFlags.Ack) ? "SETTINGS ACK" : $"SETTINGS {payload.Length / 6}");
                break;
            default:
                _lines.Add($"{header.Type} {header.StreamId} {payload.Length}");
                break;
        }
    }

    private string Describe(ReadOnlySpan<byte> block, bool fromClient)
    {
        var map = new HeaderMap();
        Assert.True(_head.TryRead(_decoder, block, map, fromClient ? Http2HeadKind.Request : Http2HeadKind.Response, endStream: false));
        return TestRequest.Describe(map);
    }
}
