namespace Lateen.Proxy.Tls;

using System.Collections.Frozen;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;

/// <summary>
/// TLS of a filter chain. When a secret changes, new handshakes use the new one; connections that are open keep what they have.
/// </summary>
public sealed class DownstreamTlsFactory(DownstreamTlsConfig config, string fingerprint = "") : TlsTransportSocketFactory(fingerprint)
{
    private volatile TlsServerContext? _context;

    public DownstreamTlsConfig Config => config;

    /// <summary>Null while a secret is missing: connections are then refused.</summary>
    public TlsServerContext? Context => _context;

    public override bool IsReady => _context is not null;

    public override IReadOnlyList<string> SecretNames { get; } = config.TicketKeySecret.Length == 0
        ? TlsMaterial.SecretNames(config.Common)
        : [.. TlsMaterial.SecretNames(config.Common), config.TicketKeySecret];

    protected override bool TryBuild(FrozenDictionary<string, SecretConfig> secrets, out string error)
    {
        error = "";
        IReadOnlyList<byte[]>? tickets = config.TicketKeySecret.Length == 0
            ? config.TicketKeys : secrets.GetValueOrDefault(config.TicketKeySecret)?.SessionTicketKeys;
        if (tickets is null || !TlsMaterial.TryJoin(
            config.Common, secrets, out TlsContextSettings? common, out IReadOnlyList<SubjectAltNameMatcher> names))
        {
            return true;
        }

        var settings = new TlsServerSettings
        {
            Common = common with
            {
                Validation = common.Validation is { } validation ? validation with { Names = SanVerifier.For(names) } : null,
            },
            RequireClientCertificate = config.RequireClientCertificate,
            RequireServerName = config.RequireServerName,
            TicketKeys = tickets,
            SessionTimeout = config.SessionTimeout,
            DisableTickets = config.DisableTickets,
            DisableSessionCache = config.DisableSessionCache,
            PreferClientCiphers = config.PreferClientCiphers,
            HandshakeTimeout = config.HandshakeTimeout,
        };
        if (TlsMaterial.IsPretence(common, names, ref error)
            || !TlsContexts.TryGetServer(settings, out TlsServerContext? context, out error))
        {
            return false;
        }

        _context = context;
        return true;
    }
}
