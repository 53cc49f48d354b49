namespace Lateen.Engine.Http;

/// <summary>
/// Where an entry of a <see cref="HeaderMap"/> lies in its arena: as the line that HTTP/1.1 would write, name, ": ", value, CRLF.
/// </summary>
internal struct HeaderEntry
{
    public const int SeparatorBytes = 2;
    public const int LineExtraBytes = 4;

    public int Start;
    public int NameLength;
    public int ValueLength;
    public EntryForm Form;

    public readonly int ValueStart => Start + NameLength + SeparatorBytes;

    /// <summary>Behind the line.</summary>
    public readonly int End => Start + NameLength + ValueLength + LineExtraBytes;
}
