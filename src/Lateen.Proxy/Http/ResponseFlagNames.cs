namespace Lateen.Proxy.Http;

using System.Numerics;

/// <summary>The short names of <see cref="ResponseFlags"/>, by bit.</summary>
public static class ResponseFlagNames
{
    private static readonly string[] ShortNames =
    [
        "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE", "DC", "URX", "SI", "IH", "DPE",
        "UMSDR", "RFCF", "NFCF", "DT", "UPE", "NC", "OM", "DF", "DO",
    ];

    private static readonly string[] LongNames =
        [.. Enum.GetValues<ResponseFlags>().Where(static flag => flag is not ResponseFlags.None).Order().Select(static f => f.ToString())];

    // One flag is by far the commonest case; longer combinations are composed on demand by Format.
    public static string ShortName(ResponseFlags single) => ShortNames[BitOperations.TrailingZeroCount((uint)single)];

    /// <summary>The name in words, as %RESPONSE_FLAGS_LONG% shows it.</summary>
    public static string LongName(ResponseFlags single) => LongNames[BitOperations.TrailingZeroCount((uint)single)];

    /// <summary>Writes "UF,URX", or "-" when there is none; returns the length. 128 bytes always suffice.</summary>
    public static int Format(ResponseFlags flags, Span<byte> destination)
    {
        if (flags is ResponseFlags.None)
        {
            destination[0] = (byte)'-';
            return 1;
        }

        int length = 0;
        for (uint rest = (uint)flags; rest != 0; rest &= rest - 1)
        {
            if (length > 0)
            {
                destination[length++] = (byte)',';
            }

            foreach (char letter in ShortNames[BitOperations.TrailingZeroCount(rest)])
            {
                destination[length++] = (byte)letter;
            }
        }

        return length;
    }
}
