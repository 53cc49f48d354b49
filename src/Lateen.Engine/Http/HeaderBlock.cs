namespace Lateen.Engine.Http;

using System.Text;

/// <summary>Headers of our own making that are put together once and added to many a <see cref="HeaderMap"/>. Immutable.</summary>
public sealed class HeaderBlock
{
    /// <param name="headers">Ordinary names in lower case, each with a value of printable characters.</param>
    public HeaderBlock(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var lines = new StringBuilder();
        Entries = new Entry[headers.Length];
        for (int i = 0; i < headers.Length; i++)
        {
            (string name, string value) = headers[i];
            Entries[i] = new Entry(lines.Length, name.Length, value.Length, HeaderKey.Of(Encoding.ASCII.GetBytes(name)));
            lines.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        Lines = Encoding.ASCII.GetBytes(lines.ToString());
    }

    /// <summary>The lines that HTTP/1.1 would write, one after the other; the entries say where each begins.</summary>
    internal byte[] Lines { get; }

    internal Entry[] Entries { get; }

    internal readonly record struct Entry(int Start, int NameLength, int ValueLength, uint Key);
}
