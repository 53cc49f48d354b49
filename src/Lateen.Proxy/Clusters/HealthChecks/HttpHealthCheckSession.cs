namespace Lateen.Proxy.Clusters.HealthChecks;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>Sends one HTTP request and judges the answer (Envoy, HttpHealthCheckerImpl).</summary>
internal sealed class HttpHealthCheckSession : HealthCheckSession
{
    private readonly HttpHealthCheckConfig _config;
    private readonly HealthCheckLink _link;
    private readonly HeaderMap _request = new();
    private readonly List<byte> _body = [];
    private int _status;
    private bool _degraded;
    private bool _excluded;
    private bool _rightService;

    public HttpHealthCheckSession(HealthChecker checker, Host host, HttpHealthCheckConfig config)
        : base(checker, host)
    {
        _config = config;
        _link = HealthCheckLink.Create(new Answer(this), config.Http2);
    }

    protected override void Send()
    {
        _body.Clear();
        HeaderMap request = _request;
        request.Clear();
        request.Add(":method"u8, Encoding.ASCII.GetBytes(_config.Method));
        request.Add(":scheme"u8, Scheme);
        request.Add(":path"u8, Encoding.UTF8.GetBytes(_config.Path));
        request.Add(":authority"u8, Encoding.UTF8.GetBytes(HealthCheckHeaders.Authority(_config.Host, Host)));
        request.Add("user-agent"u8, "Envoy/HC"u8);
        if (_config.Send.Length > 0)
        {
            request.Add("content-length"u8, Encoding.ASCII.GetBytes($"{_config.Send.Length}"));
        }

        HealthCheckHeaders.Apply(_config.Headers, request);
        RequestEncoder encoder = _link.NewStream(Loop, Target, Options(_config.Http2 ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1));
        encoder.SendHeaders(request, endStream: _config.Send.Length == 0);
        if (_config.Send.Length > 0)
        {
            encoder.SendData(_config.Send, endStream: true);
        }
    }

    protected override void Abandon() => _link.Abandon();

    private void OnHeaders(HeaderMap headers)
    {
        _status = ConnectionManager.ParseStatus(headers);
        _degraded = headers.Contains("x-envoy-degraded"u8);
        _excluded = headers.Contains("x-envoy-immediate-health-check-fail"u8);
        _rightService = true;
        if (_config.ServiceName is { } name)
        {
            Stats.VerifyCluster.Increment();
            _rightService = name.Matches(headers.GetOrEmpty("x-envoy-upstream-healthchecked-cluster"u8));
        }
    }

    private void OnBody(ReadOnlySpan<byte> data) =>
        _body.AddRange(data[..Math.Min(data.Length, _config.ResponseBufferBytes - _body.Count)]);

    private void OnComplete()
    {
        _link.EndStream(Config.ReuseConnection);
        bool holds = PayloadMatch.Holds(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_body), _config.Receive);
        if (Contains(_config.ExpectedStatuses) && holds && _rightService)
        {
            Succeed(_degraded, _excluded);
        }
        else
        {
            Host.Health.IsExcluded = _excluded;
            Fail(Contains(_config.RetriableStatuses) ? HealthFailure.Retriable : HealthFailure.Answer);
        }
    }

    private void OnBroken()
    {
        _link.EndStream(reuse: false);
        Fail(HealthFailure.Network);
    }

    private bool Contains(IReadOnlyList<(long Start, long End)> ranges)
    {
        foreach ((long start, long end) in ranges)
        {
            if (_status >= start && _status < end)
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Answer(HttpHealthCheckSession session) : ResponseDecoder
    {
        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            session.OnHeaders(headers);
            if (endStream)
            {
                session.OnComplete();
            }
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            session.OnBody(data);
            if (endStream)
            {
                session.OnComplete();
            }
        }

        public override void OnTrailers(HeaderMap trailers) => session.OnComplete();

        public override void OnReset(StreamResetReason reason, string detail) => session.OnBroken();

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
