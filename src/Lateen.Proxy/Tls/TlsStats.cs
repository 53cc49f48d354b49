namespace Lateen.Proxy.Tls;

using System.Collections.Concurrent;
using Lateen.Engine.Tls;
using Lateen.Proxy.Stats;

/// <summary>Envoy's ssl.* stats of one listener or cluster.</summary>
internal sealed class TlsStats : TlsObserver
{
    private readonly StatsStore _store;
    private readonly Func<string, StatName> _name;
    private readonly ConcurrentDictionary<(string Group, string Value), Counter> _byValue = new();

    private TlsStats(StatsStore store, Func<string, StatName> name)
    {
        _store = store;
        _name = name;
        Counter Count(string stat) => store.Counter(name("ssl." + stat));
        ConnectionError = Count("connection_error");
        Handshake = Count("handshake");
        SessionReused = Count("session_reused");
        NoCertificate = Count("no_certificate");
        FailVerifyNoCertificate = Count("fail_verify_no_cert");
        FailVerifyError = Count("fail_verify_error");
        FailVerifySan = Count("fail_verify_san");
        FailVerifyHash = Count("fail_verify_cert_hash");
    }

    public Counter ConnectionError { get; }

    public Counter Handshake { get; }

    public Counter SessionReused { get; }

    public Counter NoCertificate { get; }

    public Counter FailVerifyNoCertificate { get; }

    public Counter FailVerifyError { get; }

    public Counter FailVerifySan { get; }

    public Counter FailVerifyHash { get; }

    public static TlsStats OfListener(StatsStore store, string address) => new(store, stat => StatName.Listener(address, stat));

    public static TlsStats OfCluster(StatsStore store, string name) => new(store, stat => StatName.Cluster(name, stat));

    public override void OnHandshake(TlsSession session)
    {
        Handshake.Increment();
        SessionReused.Increment(session.IsResumed ? 1 : 0);
        NoCertificate.Increment(session.PeerCertificate is null ? 1 : 0);
        CountValue("ciphers", session.CipherSuite);
        CountValue("versions", session.Version);
        CountValue("curves", session.Curve);
    }

    public override void OnFailure(TlsFailure failure)
    {
        ConnectionError.Increment();
        Counter? detail = failure switch
        {
            TlsFailure.NoCertificate => FailVerifyNoCertificate,
            TlsFailure.UntrustedCertificate => FailVerifyError,
            TlsFailure.WrongName => FailVerifySan,
            TlsFailure.WrongHash => FailVerifyHash,
            _ => null,
        };
        detail?.Increment();
    }

    // The values are OpenSSL's own names, so there are few; a name is made once.
    private void CountValue(string group, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (!_byValue.TryGetValue((group, value), out Counter? counter))
        {
            counter = _byValue.GetOrAdd((group, value), _store.Counter(_name($"ssl.{group}.{value}")));
        }

        counter.Increment();
    }
}
