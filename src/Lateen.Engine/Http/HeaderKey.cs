namespace Lateen.Engine.Http;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>
/// Thirty-two bits that almost tell header names apart, from their ends and their length. Inlined, the key of a name in the source text is a
/// constant.
/// </summary>
internal static class HeaderKey
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(ReadOnlySpan<byte> name)
    {
        uint first;
        uint last;
        if (name.Length >= 4)
        {
            first = MemoryMarshal.Read<uint>(name);
            last = MemoryMarshal.Read<uint>(name[^4..]);
        }
        else if (name.IsEmpty)
        {
            return 0;
        }
        else
        {
            first = name[0];
            last = ((uint)name[^1] << 8) | name[name.Length >> 1];
        }

        // Odd factors with bits all over (of the golden ratio and of a well-known hash), so that the upper bits depend on each byte.
        return (first * 0x9E3779B1u) ^ ((last + (uint)name.Length) * 0x85EBCA77u);
    }

    /// <summary>One of sixty-four bits, for a set of names in which most that are asked for are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bit(uint key) => 1UL << (int)(key >> 26);
}
