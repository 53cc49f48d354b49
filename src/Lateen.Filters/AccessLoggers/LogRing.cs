namespace Lateen.Filters.AccessLoggers;

/// <summary>A bounded byte queue with one writer thread and one reader thread.</summary>
internal sealed class LogRing(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private long _written;
    private long _read;

    public int PendingBytes => (int)(Volatile.Read(ref _written) - Volatile.Read(ref _read));

    public bool IsHalfFull => PendingBytes > _bytes.Length / 2;

    /// <summary>All or nothing; false when there is no room.</summary>
    public bool TryAppend(ReadOnlySpan<byte> entry)
    {
        if (_bytes.Length - PendingBytes < entry.Length)
        {
            return false;
        }

        int start = (int)(_written % _bytes.Length);
        int first = Math.Min(entry.Length, _bytes.Length - start);
        entry[..first].CopyTo(_bytes.AsSpan(start));
        entry[first..].CopyTo(_bytes);
        Volatile.Write(ref _written, _written + entry.Length);
        return true;
    }

    public void DrainTo(Stream output)
    {
        while (PendingBytes > 0)
        {
            int start = (int)(_read % _bytes.Length);
            int count = Math.Min(PendingBytes, _bytes.Length - start);
            output.Write(_bytes, start, count);
            Volatile.Write(ref _read, _read + count);
        }
    }
}
