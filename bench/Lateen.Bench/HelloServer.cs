namespace Lateen.Bench;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Transport;

/// <summary>Accepts connections that answer every request with 1 KB.</summary>
internal sealed class HelloServer : AcceptHandler
{
    public override void OnAccepted(Connection connection) => new Session().Codec.Attach(connection);

    private sealed class Session : HttpServerCallbacks
    {
        private readonly Stream _stream = new();

        public Session()
        {
            Codec = new Http1ServerCodec(this, Http1Options.Default);
        }

        public Http1ServerCodec Codec { get; }

        public override RequestDecoder OnNewStream(ResponseEncoder encoder)
        {
            _stream.Encoder = encoder;
            return _stream;
        }

        public override void OnProtocolError(int status, string detail)
        {
        }

        public override void OnConnectionClosed()
        {
        }
    }

    private sealed class Stream : RequestDecoder
    {
        private static readonly byte[] Body = new byte[1024];

        private readonly HeaderMap _response = new();

        public ResponseEncoder? Encoder { get; set; }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            _response.Clear();
            _response.Add(":status"u8, "200"u8);
            _response.Add("content-type"u8, "text/plain"u8);
            _response.Add("content-length"u8, "1024"u8);
            Encoder?.SendHeaders(_response, endStream: false);
            Encoder?.SendData(Body, endStream: true);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
        }

        public override void OnTrailers(HeaderMap trailers)
        {
        }

        public override void OnReset(StreamResetReason reason)
        {
        }

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
