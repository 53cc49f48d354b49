namespace Lateen.Engine.Http1;

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

/// <summary>
/// A header line as almost all are: a token, a colon, a value without controls, CRLF. Whatever else a line may be, lawful or not, is
/// for <see cref="LineReader"/> and <see cref="MessageHead.ReadLine"/> to say.
/// </summary>
internal readonly ref struct HeaderLine
{
    // Name, colon, value, CRLF.
    public readonly ReadOnlySpan<byte> Bytes;
    public readonly int NameLength;
    public readonly bool NameHasCapitals;

    private HeaderLine(ReadOnlySpan<byte> bytes, int nameLength, bool nameHasCapitals)
    {
        Bytes = bytes;
        NameLength = nameLength;
        NameHasCapitals = nameHasCapitals;
    }

    public ReadOnlySpan<byte> Name => Bytes[..NameLength];

    /// <summary>The value without blanks around it; tabs there are none.</summary>
    public ReadOnlySpan<byte> Value => IsCanonical ? Bytes[(NameLength + 2)..^2] : Bytes[(NameLength + 1)..^2].Trim((byte)' ');

    /// <summary>One blank before the value and none behind it: just what we would write.</summary>
    public bool IsCanonical
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bytes[NameLength + 1] == ' ' && Bytes[NameLength + 2] > ' ' && Bytes[^3] > ' ';
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> input, out HeaderLine line)
    {
        line = default;
        if (input.IsEmpty)
        {
            return false;
        }

        Vector128<byte> block = ByteClass.Load(input, 0);
        uint other = ByteClass.NotIn(ByteClass.Token, block);
        uint end = ByteClass.Controls(block);
        uint capitals = ByteClass.Capitals(block);
        int nameLength;
        if (other != 0)
        {
            nameLength = BitOperations.TrailingZeroCount(other);
            capitals &= (other & (0 - other)) - 1;
        }
        else
        {
            // Longer than a block: taken to have capitals, as they would have to be looked for.
            nameLength = ByteClass.Prefix(ByteClass.Token, input);
            capitals = 1;
        }

        int at = 0;
        while (end == 0)
        {
            at += Vector128<byte>.Count;
            if (at >= input.Length)
            {
                return false;
            }

            end = ByteClass.Controls(ByteClass.Load(input, at));
        }

        int length = at + BitOperations.TrailingZeroCount(end) + 2;
        if (nameLength == 0 || length > input.Length || input[nameLength] != ':' || input[length - 2] != '\r' || input[length - 1] != '\n')
        {
            return false;
        }

        line = new HeaderLine(input[..length], nameLength, capitals != 0);
        return true;
    }
}
