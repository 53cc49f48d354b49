namespace Lateen.Proxy.Tls;

using System.Collections.Frozen;
using Lateen.Engine.Tls;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>TLS towards the hosts of a cluster.</summary>
public sealed class UpstreamTlsFactory(UpstreamTlsConfig config, string fingerprint = "") : TlsTransportSocketFactory(fingerprint)
{
    private static readonly byte[] Http1Only = TlsContext.ProtocolList(["http/1.1"]);
    private static readonly byte[] Http2Only = TlsContext.ProtocolList(["h2"]);
    private static readonly byte[] BothVersions = TlsContext.ProtocolList(["h2", "http/1.1"]);

    private volatile Ready? _ready;

    public UpstreamTlsConfig Config => config;

    public override bool IsReady => _ready is not null;

    public override IReadOnlyList<string> SecretNames { get; } = TlsMaterial.SecretNames(config.Common);

    /// <param name="host">Where the connection goes.</param>
    /// <param name="serverName">The name that the request itself asks for (auto_sni); empty leaves it to the configuration.</param>
    /// <param name="verifyServerName">The certificate must be for that name (auto_san_validation).</param>
    /// <param name="protocol">What the connection will carry; null for plain bytes. ALPN offers it when the configuration names none.</param>
    /// <param name="observer">Counts handshakes.</param>
    internal TlsClientOptions OptionsFor(
        Host host, string serverName, bool verifyServerName, UpstreamProtocol? protocol, TlsObserver observer)
    {
        if (_ready is not { } ready)
        {
            return new TlsClientOptions { Context = null };
        }

        string name = serverName.Length > 0 ? serverName
            : config.UseHostname && host.Config.Hostname.Length > 0 ? host.Config.Hostname
            : config.ServerName;
        return new TlsClientOptions
        {
            Context = ready.Context,
            ServerName = name,
            ExpectedName = config.VerifyServerName || verifyServerName ? name : "",
            Names = ready.Names,
            ApplicationProtocols = config.Common.Parameters.ApplicationProtocols.Count > 0 ? null : FallbackFor(protocol),
            SessionKey = host.AddressText,
            Observer = observer,
        };
    }

    protected override bool TryBuild(FrozenDictionary<string, SecretConfig> secrets, out string error)
    {
        error = "";
        if (!TlsMaterial.TryJoin(config.Common, secrets, out TlsContextSettings? settings, out IReadOnlyList<SubjectAltNameMatcher> names))
        {
            return true;
        }

        if (TlsMaterial.IsPretence(settings, names, ref error)
            || !TlsContexts.TryGetClient(settings, config.MaxSessions, out TlsClientContext? context, out error))
        {
            return false;
        }

        _ready = new Ready(context, SanVerifier.For(names));
        return true;
    }

    private static byte[]? FallbackFor(UpstreamProtocol? protocol) => protocol switch
    {
        null => null,
        UpstreamProtocol.Http2 => Http2Only,
        UpstreamProtocol.Auto => BothVersions,
        _ => Http1Only,
    };

    private sealed record Ready(TlsClientContext Context, TlsNameVerifier? Names);
}
