namespace Lateen.Fuzz;

/// <summary>Makes a new input out of good ones.</summary>
internal sealed class Mutator(FuzzRandom random, IReadOnlyList<byte[]> tokens)
{
    private const int MaxBytes = 128 * 1024;

    private static readonly byte[] Interesting = [0, 1, 9, 10, 13, 32, 35, 37, 44, 47, 48, 57, 58, 59, 64, 91, 93, 123, 127, 128, 192, 254, 255];

    private static readonly byte[][] Numbers =
    [
        "0"u8.ToArray(), "-1"u8.ToArray(), "+1"u8.ToArray(), "0x10"u8.ToArray(), "255"u8.ToArray(), "65536"u8.ToArray(), "2147483648"u8.ToArray(),
        "18446744073709551616"u8.ToArray(), "1e9"u8.ToArray(), "00000000000000000001"u8.ToArray(),
    ];

    public byte[] Mutate(IReadOnlyList<byte[]> corpus)
    {
        var bytes = new List<byte>(random.Pick(corpus));
        for (int changes = 1 + random.Next(random.OneIn(4) ? 16 : 3); changes > 0; changes--)
        {
            Change(bytes, corpus);
            if (bytes.Count > MaxBytes)
            {
                bytes.RemoveRange(MaxBytes, bytes.Count - MaxBytes);
            }
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 + random.Next(random.OneIn(4) ? 64 : 6));
        switch (random.Next(bytes.Count == 0 ? 3 : 10))
        {
            case 0:
                bytes.Insert(at, random.Pick(Interesting));
                break;
            case 1 when tokens.Count > 0:
                bytes.InsertRange(at, random.Pick(tokens));
                break;
            case 2:
                byte[] other = random.Pick(corpus);
                int from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, random.Next(other.Length - from + 1)).ToArray());
                break;
            case 3:
                bytes[Math.Min(at, bytes.Count - 1)] = random.Pick(Interesting);
                break;
            case 4:
                bytes[Math.Min(at, bytes.Count - 1)] ^= (byte)(1 << random.Next(8));
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 7:
                ChangeNumber(bytes, at);
                break;
            case 8:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                Repeat(bytes, at, length);
                break;
        }
    }

    // A length or a count is where readers trust too much.
    private void ChangeNumber(List<byte> bytes, int at)
    {
        int start = bytes.FindIndex(at, static b => b is >= (byte)'0' and <= (byte)'9');
        if (start >= 0)
        {
            int end = bytes.FindIndex(start, static b => b is < (byte)'0' or > (byte)'9');
            bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
            bytes.InsertRange(start, random.Pick(Numbers));
        }
    }

    private void Repeat(List<byte> bytes, int at, int length)
    {
        byte[] piece = [.. bytes.GetRange(at, length)];
        for (int times = random.Next(random.OneIn(8) ? 2_000 : 8); times > 0 && bytes.Count < MaxBytes; times--)
        {
            bytes.InsertRange(at, piece);
        }
    }
}
