namespace Lateen.Engine.Tls;

using System.Diagnostics.CodeAnalysis;
using Lateen.Engine.Native;

/// <summary>The opening side's context, with the sessions that it may resume.</summary>
public sealed class TlsClientContext : TlsContext
{
    private const int MaxSessionHosts = 1024;

    // Taken at handshakes only, never by a request.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<nint>> _sessions = new(StringComparer.Ordinal);
    private readonly int _maxSessions;

    private TlsClientContext(TlsContextSettings settings, OpenSslContext native, int maxSessions)
        : base(settings, native)
    {
        _maxSessions = maxSessions;
        ProtocolsOnWire = ProtocolList(settings.ApplicationProtocols);
    }

    ~TlsClientContext()
    {
        foreach (List<nint> sessions in _sessions.Values)
        {
            sessions.ForEach(OpenSslSession.FreeTicket);
        }
    }

    internal byte[] ProtocolsOnWire { get; }

    /// <summary>False with a reason when the settings cannot be put to use.</summary>
    /// <param name="settings">Keys, trust and parameters.</param>
    /// <param name="maxSessions">Sessions kept for one host; 0 resumes none.</param>
    /// <param name="context">The context.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryCreate(
        TlsContextSettings settings, int maxSessions, [NotNullWhen(true)] out TlsClientContext? context, out string error)
    {
        context = null;
        if (!OpenSslContext.TryCreate(settings, server: null, out OpenSslContext? native, out error))
        {
            return false;
        }

        context = new TlsClientContext(settings, native, maxSessions);
        return true;
    }

    internal bool KeepsSessions => _maxSessions > 0;

    /// <summary>Takes over a reference to the session; false when it is not wanted.</summary>
    internal bool Keep(string key, nint session)
    {
        if (_maxSessions == 0)
        {
            return false;
        }

        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out List<nint>? kept))
            {
                if (_sessions.Count >= MaxSessionHosts)
                {
                    return false;
                }

                _sessions[key] = kept = [];
            }

            if (kept.Count >= _maxSessions)
            {
                OpenSslSession.FreeTicket(kept[0]);
                kept.RemoveAt(0);
            }

            kept.Add(session);
            return true;
        }
    }

    /// <summary>A session to resume, or 0. The caller owns it: a ticket is used once (RFC 8446 appendix C.4).</summary>
    internal nint Take(string key)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out List<nint>? kept) || kept.Count == 0)
            {
                return 0;
            }

            nint session = kept[^1];
            kept.RemoveAt(kept.Count - 1);
            return session;
        }
    }
}
