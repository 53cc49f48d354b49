namespace Lateen.Engine.Native;

using System.Globalization;

/// <summary>The pages of this process' code and constants in memory.</summary>
public static unsafe class CodePages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Lets go of all of them; those that are needed come back from the page cache at their first use. Most of what a start runs is never
    /// run again. Only pages that are as they are in their file: what was written to one would be lost (man 2 madvise, MADV_DONTNEED).
    /// </summary>
    public static void Release()
    {
        nint start = 0;
        nint length = 0;
        bool written = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', 7, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[1].Length == 4 && words[0].Contains('-', StringComparison.Ordinal))
            {
                // 55d0c0000000-55d0c0800000 r-xp 00200000 fe:00 1234  /usr/bin/program
                bool isFile = words.Length == 6 && words[5].StartsWith('/');
                bool isConstant = words[1] is "r-xp" or "r--p";
                (start, length) = isFile && isConstant ? Range(words[0]) : default;
                written = false;
            }
            else if (words[0] is "Anonymous:" or "Swap:")
            {
                written |= words[1] != "0";
            }
            else if (words[0] == "VmFlags:" && length > 0 && !written)
            {
                // The last line of a mapping.
                _ = Libc.madvise((void*)start, length, DontNeed);
            }
        }
    }

    private static (nint Start, nint Length) Range(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        nint start = nint.Parse(text.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        nint end = nint.Parse(text.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (start, end - start);
    }
}
