namespace Lateen.Engine.Tls;

using System.Diagnostics.CodeAnalysis;
using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>The accepting side's context.</summary>
public sealed class TlsServerContext : TlsContext
{
    private TlsServerContext(TlsServerSettings settings, OpenSslContext native)
        : base(settings.Common, native)
    {
        ServerSettings = settings;
        Tickets = settings.TicketKeys.Count > 0 ? new TlsTicketKeys(settings.TicketKeys) : TlsTicketKeys.OfProcess;
    }

    public TlsServerSettings ServerSettings { get; }

    internal TlsTicketKeys Tickets { get; }

    /// <summary>
    /// Serves TLS on an accepted connection and becomes its handler; bytes that were looked at but not consumed are the handshake's.
    /// The handler hears OnConnected when the handshake is done, OnConnectFailed when it fails.
    /// </summary>
    public Connection Accept(Connection inner, ConnectionHandler handler, TlsObserver? observer = null) =>
        TlsConnection.Accept(this, inner, handler, observer);

    /// <summary>False with a reason when the settings cannot be put to use.</summary>
    public static bool TryCreate(
        TlsServerSettings settings, [NotNullWhen(true)] out TlsServerContext? context, out string error)
    {
        context = null;
        foreach (byte[] key in settings.TicketKeys)
        {
            if (key.Length != TlsTicketKeys.KeyBytes)
            {
                error = $"a session ticket key has {key.Length} bytes; it must have {TlsTicketKeys.KeyBytes}";
                return false;
            }
        }

        if (settings.Common.Certificates.Count == 0)
        {
            error = "no certificate: a server needs at least one";
            return false;
        }

        if (!OpenSslContext.TryCreate(settings.Common, settings, out OpenSslContext? native, out error))
        {
            return false;
        }

        context = new TlsServerContext(settings, native);
        return true;
    }
}
