namespace Lateen.Engine.Tls;

using Lateen.Engine.Native;

/// <summary>
/// The keys that seal session tickets (RFC 5077 section 4), shared by all workers and by all contexts of the process, so that a
/// session outlives a rotated certificate. Own keys change every hour; a ticket stays good for two changes at most.
/// </summary>
public sealed class TlsTicketKeys
{
    internal const int KeyBytes = 80;
    private const long RotationMicros = 3_600_000_000;
    private const int KeptKeys = 3;

    private readonly Lock _lock = new();
    private readonly bool _own;
    private volatile byte[][] _keys;
    private long _rotateAtMicros;

    /// <summary>Keys given by configuration: the first seals, all open.</summary>
    public TlsTicketKeys(IReadOnlyList<byte[]> keys) => _keys = [.. keys];

    private TlsTicketKeys()
    {
        _own = true;
        _keys = [];
    }

    /// <summary>Made by this process and known to nobody else.</summary>
    public static TlsTicketKeys OfProcess { get; } = new();

    internal byte[][] Keys => _keys;

    internal void RotateIfDue(long nowMicros)
    {
        if (!_own || (nowMicros < Volatile.Read(ref _rotateAtMicros) && _keys.Length > 0))
        {
            return;
        }

        lock (_lock)
        {
            if (nowMicros >= _rotateAtMicros || _keys.Length == 0)
            {
                byte[][] before = _keys;
                _keys = [OpenSslCertificate.Random(KeyBytes), .. before.AsSpan(0, Math.Min(before.Length, KeptKeys - 1))];
                Volatile.Write(ref _rotateAtMicros, nowMicros + RotationMicros);
            }
        }
    }
}
