namespace Lateen.Proxy.Routing;

using Lateen.Engine.Http;
using Lateen.Proxy.Formatting;
using Lateen.Proxy.Http;

/// <summary>A header value with the operators of access logs (%REQ(x)%, %DOWNSTREAM_PEER_URI_SAN% and so on), split in advance.</summary>
public sealed class HeaderFormat
{
    /// <summary>Longer results are cut.</summary>
    internal const int MaxBytes = 2048;

    private readonly FormatOperator[] _parts;
    private readonly LiteralOperator? _constant;

    public HeaderFormat(string text)
    {
        Text = text;
        try
        {
            _parts = FormatParser.Parse(text);
        }
        catch (FormatException e)
        {
            Error = e.Message;
            _parts = [new LiteralOperator(text)];
        }

        _constant = _parts is [LiteralOperator literal] ? literal : null;
    }

    public string Text { get; }

    /// <summary>What is wrong with the text, for the reader of the configuration; null when it is fine.</summary>
    public string? Error { get; }

    /// <summary>A value that is missing is written as nothing. The result is valid until the thread formats again.</summary>
    internal ReadOnlySpan<byte> Write(HeaderMap? request, HeaderMap? response, StreamInfo info)
    {
        if (_constant is { } constant)
        {
            return constant.Bytes;
        }

        FormatBuffer buffer = FormatBuffer.OfThread;
        buffer.Clear();
        var input = new FormatInput(info, request, response);
        foreach (FormatOperator part in _parts)
        {
            part.TryWrite(buffer, input);
        }

        if (buffer.Length > MaxBytes)
        {
            buffer.Advance(MaxBytes - buffer.Length);
        }

        // Values that are missing may leave blanks at the ends, and those are malformed in HTTP/2 (RFC 9113 section 8.2.1).
        return buffer.WrittenAsOneLine().Trim(" \t"u8);
    }
}
