namespace Lateen.Proxy.Clusters.HealthChecks;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>Calls grpc.health.v1.Health/Check and expects SERVING (Envoy, GrpcHealthCheckerImpl).</summary>
internal sealed class GrpcHealthCheckSession : HealthCheckSession
{
    private const int MaxAnswerBytes = 4096;

    private readonly GrpcHealthCheckConfig _config;
    private readonly HealthCheckLink _link;
    private readonly HeaderMap _request = new();
    private readonly byte[] _message;
    private readonly List<byte> _answer = [];
    private bool _isGrpc;
    private bool _isOk;

    public GrpcHealthCheckSession(HealthChecker checker, Host host, GrpcHealthCheckConfig config)
        : base(checker, host)
    {
        _config = config;
        _link = HealthCheckLink.Create(new Answer(this), http2: true);
        _message = HealthCheckMessage.Request(config.ServiceName);
    }

    protected override void Send()
    {
        _answer.Clear();
        _isGrpc = _isOk = false;
        HeaderMap request = _request;
        request.Clear();
        request.Add(":method"u8, "POST"u8);
        request.Add(":scheme"u8, Scheme);
        request.Add(":path"u8, "/grpc.health.v1.Health/Check"u8);
        request.Add(":authority"u8, Encoding.UTF8.GetBytes(HealthCheckHeaders.Authority(_config.Authority, Host)));
        request.Add("content-type"u8, "application/grpc"u8);
        request.Add("te"u8, "trailers"u8);
        request.Add("user-agent"u8, "Envoy/HC"u8);
        HealthCheckHeaders.Apply(_config.InitialMetadata, request);
        RequestEncoder encoder = _link.NewStream(Loop, Target, Options(UpstreamProtocol.Http2));
        encoder.SendHeaders(request, endStream: false);
        encoder.SendData(_message, endStream: true);
    }

    protected override void Abandon() => _link.Abandon();

    private void OnHead(HeaderMap headers)
    {
        _isGrpc = ConnectionManager.ParseStatus(headers) == 200
            && headers.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8);
        _isOk = headers.GetOrEmpty("grpc-status"u8).SequenceEqual("0"u8);
    }

    private void OnComplete()
    {
        _link.EndStream(Config.ReuseConnection);
        if (_isGrpc && _isOk && HealthCheckMessage.IsServing(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_answer)))
        {
            Succeed(degraded: false);
        }
        else
        {
            Fail(HealthFailure.Answer);
        }
    }

    private void OnBroken()
    {
        _link.EndStream(reuse: false);
        Fail(HealthFailure.Network);
    }

    private sealed class Answer(GrpcHealthCheckSession session) : ResponseDecoder
    {
        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            session.OnHead(headers);
            if (endStream)
            {
                session.OnComplete();
            }
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            session._answer.AddRange(data[..Math.Min(data.Length, MaxAnswerBytes - session._answer.Count)]);
            if (endStream)
            {
                session.OnComplete();
            }
        }

        public override void OnTrailers(HeaderMap trailers)
        {
            session._isOk = trailers.GetOrEmpty("grpc-status"u8).SequenceEqual("0"u8);
            session.OnComplete();
        }

        public override void OnReset(StreamResetReason reason, string detail) => session.OnBroken();

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
