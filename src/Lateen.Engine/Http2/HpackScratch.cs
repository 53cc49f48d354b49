namespace Lateen.Engine.Http2;

/// <summary>The working memory of a thread's codecs: used within one call, so all connections share it.</summary>
internal sealed class HpackScratch
{
    private const int InitialBytes = 4096;

    [ThreadStatic]
    private static HpackScratch? _ofThread;

    public byte[] Name = new byte[InitialBytes];

    public byte[] Value = new byte[InitialBytes];

    /// <summary>Cookie crumbs, joined.</summary>
    public byte[] Cookie = new byte[InitialBytes];

    /// <summary>Encoded frames on their way to a connection.</summary>
    public byte[] Output = new byte[InitialBytes];

    public static HpackScratch OfThread => _ofThread ??= new HpackScratch();

    public static void Ensure(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
        {
            Array.Resize(ref buffer, Math.Max(bytes, buffer.Length * 2));
        }
    }

    public static ReadOnlySpan<byte> Copy(ReadOnlySpan<byte> bytes, ref byte[] buffer)
    {
        Ensure(ref buffer, bytes.Length);
        bytes.CopyTo(buffer);
        return buffer.AsSpan(0, bytes.Length);
    }
}
