namespace Lateen.Proxy.Routing;

using System.Buffers.Binary;
using Lateen.Proxy.Config;

/// <summary>The first bytes that a route's path must have; rules most routes out by one comparison.</summary>
internal readonly struct RouteKey
{
    private const int MaxBytes = sizeof(ulong);

    private readonly ulong _bytes;
    private readonly ulong _mask;

    /// <param name="kind">How the path is compared.</param>
    /// <param name="path">What it is compared with.</param>
    /// <param name="ignoreCase">Nothing can be said by the bytes then.</param>
    public RouteKey(PathMatchKind kind, ReadOnlySpan<byte> path, bool ignoreCase)
    {
        if (ignoreCase || kind is PathMatchKind.Regex or PathMatchKind.Connect)
        {
            return;
        }

        int length = Math.Min(path.Length, MaxBytes);
        _mask = length == MaxBytes ? ulong.MaxValue : (1UL << (length * 8)) - 1;
        _bytes = StartOf(path) & _mask;
    }

    /// <summary>The first bytes of a request's path, filled up with zeros.</summary>
    public static ulong StartOf(ReadOnlySpan<byte> path)
    {
        if (path.Length >= MaxBytes)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(path);
        }

        ulong start = 0;
        for (int i = 0; i < path.Length; i++)
        {
            start |= (ulong)path[i] << (i * 8);
        }

        return start;
    }

    /// <summary>False only when the route cannot match.</summary>
    public bool MayMatch(ulong start) => (start & _mask) == _bytes;
}
