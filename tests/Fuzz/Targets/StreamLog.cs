namespace Lateen.Fuzz.Targets;

using System.Text;
using Lateen.Engine.Http;

/// <summary>Writes down what a server codec says of its requests and answers each when it is complete.</summary>
internal sealed class ServerLog : HttpServerCallbacks
{
    private readonly StringBuilder _text = new();

    /// <summary>Heads of complete requests, to be sent on.</summary>
    public List<HeaderMap> Heads { get; } = [];

    public int Closed { get; private set; }

    public string Text => _text.ToString();

    public string Outcome { get; private set; } = "";

    public override RequestDecoder OnNewStream(ResponseEncoder encoder) => new Request(this, encoder);

    public override void OnProtocolError(int status, string detail)
    {
        Outcome += $" {status} {detail}";

        // Which of two mistakes is seen first may depend on the cuts; that it is refused does not.
        _text.Append("refused\n");
    }

    public override void OnConnectionClosed() => Closed++;

    public static void Describe(StringBuilder text, HeaderMap headers)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            text.Append(Encoding.Latin1.GetString(headers.NameAt(i))).Append('=')
                .Append(Encoding.Latin1.GetString(headers.ValueAt(i))).Append('|');
        }

        text.Append('\n');
    }

    private sealed class Request(ServerLog log, ResponseEncoder encoder) : RequestDecoder
    {
        private readonly StringBuilder _own = new();
        private readonly StringBuilder _body = new();
        private readonly HeaderMap _head = new();
        private bool _tunnel;

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            _head.CopyFrom(headers);
            Describe(_own, headers);
            if (headers.TryGet("upgrade"u8, out ReadOnlySpan<byte> protocol) && !endStream)
            {
                _tunnel = true;
                var switching = new HeaderMap();
                switching.Add(":status"u8, "101"u8);
                switching.Add("upgrade"u8, protocol);
                encoder.SendHeaders(switching, endStream: false);
            }

            CompleteIf(endStream);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            _body.Append(Encoding.Latin1.GetString(data));
            CompleteIf(endStream);
        }

        public override void OnTrailers(HeaderMap trailers)
        {
            Describe(_own, trailers);
            CompleteIf(true);
        }

        // How much of an incomplete body arrived depends on the cuts; that it is incomplete does not.
        public override void OnReset(StreamResetReason reason) => log.Outcome += $" reset:{reason}";

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }

        private void CompleteIf(bool endStream)
        {
            if (!endStream)
            {
                return;
            }

            log.Heads.Add(_head);
            log.Outcome += _tunnel ? " tunnel" : " request";
            log._text.Append(_own).Append(_body).Append('\n');
            if (_tunnel)
            {
                encoder.SendData(default, endStream: true);
                return;
            }

            var response = new HeaderMap();
            response.Add(":status"u8, "200"u8);
            response.Add("content-length"u8, "2"u8);
            encoder.SendHeaders(response, endStream: false);
            encoder.SendData("ok"u8, endStream: true);
        }
    }
}
