namespace Lateen.EndToEnd.Tests.DataPlane.Matrix;

using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>One proxy with a listener for every pair of downstream security and upstream version, in front of the echo server.</summary>
public sealed class Cells : IAsyncLifetime
{
    private readonly EchoBackend _backend = new();
    private readonly TestCertificate _certificate = new();
    private ProxyUnderTest? _proxy;

    /// <summary>Every way in, with every way on.</summary>
    public static TheoryData<string, string> All { get; } = Pairs("http1", "http2", "tls-http1", "tls-http2");

    /// <summary>The ways in that speak HTTP/2.</summary>
    public static TheoryData<string, string> OverHttp2 { get; } = Pairs("http2", "tls-http2");

    public ProxyUnderTest Proxy => _proxy ?? throw new InvalidOperationException("The proxy has not started.");

    /// <summary>The certificate that clients trust.</summary>
    public string AuthorityFile => _certificate.CertificateFile;

    public static bool IsTls(string downstream) => downstream.StartsWith("tls-", StringComparison.Ordinal);

    /// <summary>"http1" or "http2" of a way in.</summary>
    public static string Version(string downstream) => downstream[^5..];

    /// <summary>Arguments of curl for a way in.</summary>
    public string[] Curl(string downstream) => downstream switch
    {
        "http1" => ["--http1.1"],
        "http2" => ["--http2-prior-knowledge"],
        "tls-http1" => ["--http1.1", "--cacert", AuthorityFile],
        _ => ["--http2", "--cacert", AuthorityFile],
    };

    public string Url(string downstream, string upstream, string path)
    {
        bool tls = IsTls(downstream);
        return $"{(tls ? "https" : "http")}://localhost:{Proxy.Port((tls ? "tls-" : "") + upstream)}{path}";
    }

    public async ValueTask InitializeAsync()
    {
        await _backend.InitializeAsync();
        const string manager = """
            http2_protocol_options: {allow_connect: true}
            http_protocol_options: {enable_trailers: true}
            upgrade_configs: [{upgrade_type: websocket}]
            stream_idle_timeout: 60s
            """;
        string tls = _certificate.DownstreamTls;
        _proxy = await ProxyUnderTest.StartAsync($"""
            listeners:
            {Bootstrap.HttpListener("http1", "one", manager, "timeout: 120s")}
            {Bootstrap.HttpListener("http2", "two", manager, "timeout: 120s")}
            {Bootstrap.HttpListener("tls-http1", "one", manager, "timeout: 120s", tls)}
            {Bootstrap.HttpListener("tls-http2", "two", manager, "timeout: 120s", tls)}
            clusters:
            {Bootstrap.Cluster("one", _backend.Http1, Bootstrap.Http1Upstream("enable_trailers: true"))}
            {Bootstrap.Cluster("two", _backend.Http2, Bootstrap.Http2Upstream())}
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _backend.DisposeAsync();
        _certificate.Dispose();
    }

    private static TheoryData<string, string> Pairs(params string[] downstreams)
    {
        var pairs = new TheoryData<string, string>();
        foreach (string downstream in downstreams)
        {
            pairs.Add(downstream, "http1");
            pairs.Add(downstream, "http2");
        }

        return pairs;
    }
}
