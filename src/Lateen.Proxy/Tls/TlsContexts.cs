namespace Lateen.Proxy.Tls;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Lateen.Engine.Tls;

/// <summary>
/// The contexts in use, by content. A thousand clusters of a mesh differ in names only, which a connection carries, so they share
/// one context and its memory. Held weakly: a context goes when nobody uses it.
/// </summary>
internal static class TlsContexts
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, WeakReference<TlsClientContext>> Clients = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, WeakReference<TlsServerContext>> Servers = new(StringComparer.Ordinal);

    public static bool TryGetClient(
        TlsContextSettings settings, int maxSessions, [NotNullWhen(true)] out TlsClientContext? context, out string error)
    {
        string key = $"{maxSessions};{KeyOf(settings)}";
        lock (Gate)
        {
            error = "";
            if (Clients.TryGetValue(key, out WeakReference<TlsClientContext>? known) && known.TryGetTarget(out context))
            {
                return true;
            }

            if (!TlsClientContext.TryCreate(settings, maxSessions, out context, out error))
            {
                return false;
            }

            Put(Clients, key, context);
            return true;
        }
    }

    public static bool TryGetServer(
        TlsServerSettings settings, [NotNullWhen(true)] out TlsServerContext? context, out string error)
    {
        string key = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.RequireClientCertificate},{settings.RequireServerName},{settings.DisableTickets},{settings.DisableSessionCache},"
            + $"{settings.PreferClientCiphers},{settings.SessionTimeout.Ticks},{settings.HandshakeTimeout.Ticks},"
            + $"{string.Join(',', settings.TicketKeys.Select(Hash))},{settings.Common.Validation?.Names?.Identity};")
            + KeyOf(settings.Common);
        lock (Gate)
        {
            error = "";
            if (Servers.TryGetValue(key, out WeakReference<TlsServerContext>? known) && known.TryGetTarget(out context))
            {
                return true;
            }

            if (!TlsServerContext.TryCreate(settings, out context, out error))
            {
                return false;
            }

            Put(Servers, key, context);
            return true;
        }
    }

    private static void Put<T>(Dictionary<string, WeakReference<T>> all, string key, T context)
        where T : class
    {
        foreach (string gone in all.Where(static pair => !pair.Value.TryGetTarget(out _)).Select(static pair => pair.Key).ToArray())
        {
            all.Remove(gone);
        }

        all[key] = new WeakReference<T>(context);
    }

    private static string KeyOf(TlsContextSettings settings)
    {
        var key = new StringBuilder();
        key.Append(settings.MinVersion).Append(settings.MaxVersion);
        foreach (IReadOnlyList<string> list in (ReadOnlySpan<IReadOnlyList<string>>)
            [settings.CipherSuites, settings.Curves, settings.SignatureAlgorithms, settings.ApplicationProtocols])
        {
            key.Append(';').AppendJoin(',', list);
        }

        foreach (TlsKeyPair pair in settings.Certificates)
        {
            key.Append(';').Append(Hash(pair.Chain)).Append(Hash(pair.Key)).Append(Hash(Encoding.UTF8.GetBytes(pair.Password)))
                .Append(Hash(pair.OcspStaple ?? []));
        }

        if (settings.Validation is { } validation)
        {
            key.Append(";v").Append(Hash(validation.TrustedCa ?? [])).Append(Hash(validation.Revocations ?? []))
                .Append(validation.TrustedCa is null).Append(validation.OnlyLeafRevocation).Append(validation.AllowExpired)
                .Append(validation.AcceptUntrusted).Append(validation.MaxDepth)
                .AppendJoin(',', validation.CertificateHashes.Select(Convert.ToHexString)).Append(';')
                .AppendJoin(',', validation.PublicKeyHashes.Select(Convert.ToHexString));
        }

        return key.ToString();
    }

    private static string Hash(byte[] bytes) => TlsDigest.Sha256(bytes);
}
