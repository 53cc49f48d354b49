namespace Lateen.CommandLine.Output;

using System.Text;

/// <summary>Columns set apart by three blanks at least, as kubectl and istioctl print them.</summary>
internal static class TextTable
{
    private const int Gap = 3;

    public static string Format(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. header.Select((title, column) => rows.Select(r => r[column].Length).Append(title.Length).Max() + Gap)];
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
        {
            for (int column = 0; column < row.Count; column++)
            {
                text.Append(column == row.Count - 1 ? row[column] : row[column].PadRight(widths[column]));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
