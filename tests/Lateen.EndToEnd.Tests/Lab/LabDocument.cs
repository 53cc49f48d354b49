namespace Lateen.EndToEnd.Tests.Lab;

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// A guide whose ```console blocks are commands ("$ ", continued by "> ") and what they print. A line "..." stands for any lines. A comment
/// "numbers 35..65" above a block says in which range the numbers of its output lie; all else that varies is recognised, see LabOutput.
/// </summary>
internal sealed partial class LabDocument
{
    private const string Fence = "```";
    private readonly string[] _lines;

    public LabDocument(string path)
    {
        _lines = File.ReadAllLines(path);
        Commands = [.. Read()];
    }

    public IReadOnlyList<LabCommand> Commands { get; }

    /// <summary>The document with the outputs that were really seen, by the command's line.</summary>
    public string With(IReadOnlyDictionary<int, string> seen)
    {
        var text = new StringBuilder();
        bool skipping = false;
        for (int line = 0; line < _lines.Length; line++)
        {
            if (seen.ContainsKey(line) || skipping && (_lines[line].StartsWith("$ ", StringComparison.Ordinal) || _lines[line] == Fence))
            {
                skipping = false;
            }

            if (skipping)
            {
                continue;
            }

            text.Append(_lines[line]).Append('\n');
            if (seen.TryGetValue(line, out string? output))
            {
                while (_lines[line + 1].StartsWith("> ", StringComparison.Ordinal))
                {
                    text.Append(_lines[++line]).Append('\n');
                }

                text.Append(output.Length > 0 ? output + "\n" : "");
                skipping = true;
            }
        }

        return text.ToString();
    }

    private IEnumerable<LabCommand> Read()
    {
        (long Least, long Most)? numbers = null;
        for (int line = 0; line < _lines.Length; line++)
        {
            if (NumbersComment().Match(_lines[line]) is { Success: true } comment)
            {
                numbers = (Number(comment.Groups[1]), Number(comment.Groups[2]));
            }
            else if (_lines[line] == Fence + "console")
            {
                int end = Array.IndexOf(_lines, Fence, line);
                Assert.True(end > 0, $"line {line + 1}: the block has no end");
                foreach (LabCommand command in ReadBlock(line + 1, end, numbers))
                {
                    yield return command;
                }

                (line, numbers) = (end, null);
            }
        }
    }

    private IEnumerable<LabCommand> ReadBlock(int start, int end, (long Least, long Most)? numbers)
    {
        int line = start;
        while (line < end)
        {
            Assert.True(_lines[line].StartsWith("$ ", StringComparison.Ordinal), $"line {line + 1}: a command is expected");
            int first = line;
            var text = new StringBuilder(_lines[line++][2..]);
            while (line < end && _lines[line].StartsWith("> ", StringComparison.Ordinal))
            {
                text.Append('\n').Append(_lines[line++][2..]);
            }

            List<string> output = [];
            while (line < end && !_lines[line].StartsWith("$ ", StringComparison.Ordinal))
            {
                output.Add(_lines[line++]);
            }

            yield return new LabCommand(text.ToString(), output, numbers, first);
        }
    }

    private static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^<!-- numbers (\d+)\.\.(\d+) -->$")]
    private static partial Regex NumbersComment();
}
