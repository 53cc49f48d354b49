namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Stats;

/// <summary>Envoy's tls_inspector.* and http_inspector.* stats.</summary>
internal sealed class InspectorStats(StatsStore store)
{
    private readonly Counter _tlsFound = store.Counter("tls_inspector.tls_found");
    private readonly Counter _tlsNotFound = store.Counter("tls_inspector.tls_not_found");
    private readonly Counter _alpnFound = store.Counter("tls_inspector.alpn_found");
    private readonly Counter _alpnNotFound = store.Counter("tls_inspector.alpn_not_found");
    private readonly Counter _sniFound = store.Counter("tls_inspector.sni_found");
    private readonly Counter _sniNotFound = store.Counter("tls_inspector.sni_not_found");
    private readonly Counter _http10 = store.Counter("http_inspector.http10_found");
    private readonly Counter _http11 = store.Counter("http_inspector.http11_found");
    private readonly Counter _http2 = store.Counter("http_inspector.http2_found");
    private readonly Counter _notHttp = store.Counter("http_inspector.http_not_found");

    public void Count(DetectionNeed need, in ConnectionTraits traits)
    {
        bool isTls = traits.TransportProtocol == "tls";
        if ((need & DetectionNeed.Tls) != 0)
        {
            (isTls ? _tlsFound : _tlsNotFound).Increment();
        }

        if (isTls)
        {
            (traits.ApplicationProtocols is { Length: > 0 } ? _alpnFound : _alpnNotFound).Increment();
            (traits.ServerName.Length > 0 ? _sniFound : _sniNotFound).Increment();
        }
        else if ((need & DetectionNeed.Http) != 0)
        {
            Counter counter = traits.ApplicationProtocols switch
            {
                ["http/1.0"] => _http10,
                ["http/1.1"] => _http11,
                ["h2c"] => _http2,
                _ => _notHttp,
            };
            counter.Increment();
        }
    }
}
