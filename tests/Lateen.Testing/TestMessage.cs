namespace Lateen.Testing;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

/// <summary>A complete HTTP/1.1 message, read simply.</summary>
internal sealed record TestMessage(string StartLine, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body, int Length)
{
    public static bool TryParse(string text, bool hasBody, [NotNullWhen(true)] out TestMessage? message)
    {
        message = null;
        int headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (headEnd < 0)
        {
            return false;
        }

        string[] lines = text[..headEnd].Split("\r\n");
        var headers = lines.Skip(1).Select(static line =>
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            return KeyValuePair.Create(line[..colon], line[(colon + 1)..].Trim());
        }).ToList();
        int bodyStart = headEnd + 4;
        string body = "";
        int length = bodyStart;
        string? contentLength = Find(headers, "content-length");
        if (!hasBody)
        {
            length = bodyStart;
        }
        else if (Find(headers, "transfer-encoding") == "chunked")
        {
            if (!TryChunked(text, bodyStart, out body, out length))
            {
                return false;
            }
        }
        else if (contentLength is not null)
        {
            int count = int.Parse(contentLength, CultureInfo.InvariantCulture);
            if (text.Length < bodyStart + count)
            {
                return false;
            }

            body = text.Substring(bodyStart, count);
            length = bodyStart + count;
        }

        message = new TestMessage(lines[0], headers, body, length);
        return true;
    }

    private static string? Find(List<KeyValuePair<string, string>> headers, string name) =>
        headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value).FirstOrDefault();

    private static bool TryChunked(string text, int at, out string body, out int end)
    {
        var collected = new StringBuilder();
        body = "";
        end = at;
        while (true)
        {
            int lineEnd = text.IndexOf("\r\n", end, StringComparison.Ordinal);
            if (lineEnd < 0)
            {
                return false;
            }

            int size = int.Parse(text[end..lineEnd], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (text.Length < lineEnd + 4 + size)
            {
                return false;
            }

            collected.Append(text, lineEnd + 2, size);
            end = lineEnd + 4 + size;
            if (size == 0)
            {
                body = collected.ToString();
                return true;
            }
        }
    }
}
