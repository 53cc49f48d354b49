namespace Lateen.Engine.Native;

using System.Globalization;

/// <summary>The pages of this program's code in memory.</summary>
public static unsafe class CodePages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Lets go of all of them; those that are needed come back from the page cache at their first use. Most of what a start runs is never
    /// run again. Code only: a page that was written to would lose what was written (man 2 madvise, MADV_DONTNEED).
    /// </summary>
    public static void Release(string program)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            // 55d0c0000000-55d0c0800000 r-xp 00200000 fe:00 1234  /usr/bin/program
            string[] words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 6 || words[1] != "r-xp" || words[5].Trim() != program)
            {
                continue;
            }

            int dash = words[0].IndexOf('-', StringComparison.Ordinal);
            nint start = nint.Parse(words[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            nint end = nint.Parse(words[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _ = Libc.madvise((void*)start, end - start, DontNeed);
        }
    }
}
