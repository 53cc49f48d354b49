namespace Lateen.EndToEnd.Tests.Lab;

using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>Compares what a command printed with what the lab shows; ages, addresses, names' random ends and times may differ.</summary>
internal static partial class LabOutput
{
    /// <summary>What is wrong with the output, or null.</summary>
    public static string? Difference(LabCommand command, string output, string home)
    {
        string[] seen = [.. output.Replace(home, "/root", StringComparison.Ordinal).Split('\n').Select(Plain)];
        string[] shown = [.. command.Output.Select(Plain)];
        if (command.Numbers is { } range)
        {
            // The random parts of names and identifiers are no numbers.
            foreach (Match match in Digits().Matches(string.Join('\n', seen)))
            {
                long number = long.Parse(match.Value, CultureInfo.InvariantCulture);
                if (number < range.Least || number > range.Most)
                {
                    return $"{number} is not from {range.Least} to {range.Most}";
                }
            }

            seen = [.. seen.Select(static l => Digits().Replace(l, "#"))];
            shown = [.. shown.Select(static l => Digits().Replace(l, "#"))];
        }

        return Matches(seen, shown) ? null : $"shown:\n{string.Join('\n', shown)}\nseen:\n{string.Join('\n', seen)}";
    }

    private static bool Matches(ReadOnlySpan<string> seen, ReadOnlySpan<string> shown)
    {
        if (shown.IsEmpty)
        {
            return seen.IsEmpty;
        }

        if (shown[0] == "...")
        {
            for (int skipped = 0; skipped <= seen.Length; skipped++)
            {
                if (Matches(seen[skipped..], shown[1..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !seen.IsEmpty && seen[0] == shown[0] && Matches(seen[1..], shown[1..]);
    }

    private static string Plain(string line)
    {
        line = Time().Replace(line, "<time>");
        line = PodName().Replace(line, "-<random>");
        line = Address().Replace(line, "<address>");
        line = Age().Replace(line, "<age>");
        line = Fraction().Replace(line, "<fraction>");
        return Blanks().Replace(line, " ").TrimEnd();
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ][\d:.]+( [+]0000 UTC|Z)?|\w{3} \w{3} +\d+ [\d:]{8} (UTC )?\d{4}|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")]
    private static partial Regex Time();

    [GeneratedRegex(@"-[a-z0-9]{7,10}-[a-z0-9]{5}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex PodName();

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d+)?\b|(?<=:)3\d{4}(?=/)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(\d+[dhms]){1,2}\b|\b\d+(\.\d+)?ms\b")]
    private static partial Regex Age();

    [GeneratedRegex(@"\b\d+\.\d+\b")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
