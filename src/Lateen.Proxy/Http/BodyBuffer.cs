namespace Lateen.Proxy.Http;

using System.Buffers;
using System.Runtime.CompilerServices;

/// <summary>
/// Request bytes kept for an upstream that is not ready yet, or for another attempt. Pooled, and empty most of the time.
/// </summary>
internal sealed class BodyBuffer
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> data)
    {
        int needed = Length + data.Length;
        if (needed > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
            Bytes.CopyTo(larger);
            Return();
            _bytes = larger;
        }

        data.CopyTo(_bytes.AsSpan(Length));
        Length = needed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        if (_bytes.Length > 0)
        {
            Release();
        }
    }

    private void Release()
    {
        Return();
        _bytes = [];
        Length = 0;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
