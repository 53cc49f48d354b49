namespace Lateen.Engine.Http2;

using System.Buffers;
using Lateen.Engine.Http1;

/// <summary>What RFC 9113 sections 8.2 and 8.3 ask of names and values beyond HTTP/1.1.</summary>
internal static class Http2Syntax
{
    private static readonly SearchValues<byte> LowerTokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    public static FieldMark PseudoMark(ReadOnlySpan<byte> name) => name.Length switch
    {
        5 when name.SequenceEqual(":path"u8) => FieldMark.Path,
        7 when name.SequenceEqual(":method"u8) => FieldMark.Method,
        7 when name.SequenceEqual(":scheme"u8) => FieldMark.Scheme,
        7 when name.SequenceEqual(":status"u8) => FieldMark.Status,
        9 when name.SequenceEqual(":protocol"u8) => FieldMark.Protocol,
        10 when name.SequenceEqual(":authority"u8) => FieldMark.Authority,
        _ => FieldMark.Unknown,
    };

    // RFC 9113 section 8.6: HTTP/2 has no 101.
    public static bool IsStatus(ReadOnlySpan<byte> value) =>
        value.Length == 3 && Http1Syntax.TryParseLength(value, out long status) && status is >= 100 and <= 599 and not 101;

    public static bool IsLowerToken(ReadOnlySpan<byte> name) => !name.ContainsAnyExcept(LowerTokenBytes);

    // RFC 9113 section 8.2.1: no control characters, and no blank at either end.
    public static bool IsFieldValue(ReadOnlySpan<byte> value) =>
        value.IsEmpty || (Http1Syntax.IsValue(value) && value[0] is not ((byte)' ' or (byte)'\t') && value[^1] is not ((byte)' ' or (byte)'\t'));
}
