namespace Lateen.Engine.Http2;

using System.Buffers;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

internal enum Http2HeadKind : byte
{
    Request,
    Response,
    Trailers,

    /// <summary>Decoded for the table's sake and thrown away.</summary>
    Discard,
}

/// <summary>
/// Decodes one header block into a map and checks it as RFC 9113 sections 8.1.1 to 8.5 ask. What is wrong is remembered and the rest of
/// the block still decoded, because the compression state belongs to the connection. One per codec; nothing stays from block to block.
/// </summary>
internal sealed class Http2HeadReader(Http2Options options)
{
    private const int EntryOverhead = 32;

    private static readonly SearchValues<byte> LowerTokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    private HeaderMap? _map;
    private Http2HeadKind _kind;
    private Pseudo _seen;
    private bool _sawField;
    private bool _sawHost;
    private int _count;
    private int _bytes;
    private int _cookieLength;

    [Flags]
    private enum Pseudo : byte
    {
        None = 0,
        Method = 1,
        Scheme = 2,
        Authority = 4,
        Path = 8,
        Protocol = 16,
        Status = 32,
    }

    /// <summary>The first thing that is wrong with the message, or null.</summary>
    public Http2Fault? Fault { get; private set; }

    /// <summary>-1 when the message has none.</summary>
    public long ContentLength { get; private set; }

    public bool IsConnect { get; private set; }

    public bool IsHead { get; private set; }

    public bool ExpectsContinue { get; private set; }

    /// <summary>Of a response.</summary>
    public int Status { get; private set; }

    /// <summary>False when the block cannot be decoded, which ends the connection (RFC 9113 section 4.3).</summary>
    public bool TryRead(HpackDecoder decoder, ReadOnlySpan<byte> block, HeaderMap? map, Http2HeadKind kind, bool endStream)
    {
        Begin(map, kind);
        HpackScratch scratch = HpackScratch.OfThread;
        decoder.BeginBlock();
        while (true)
        {
            switch (decoder.TryRead(ref block, scratch, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                case HpackStatus.Field:
                    if (Fault is null && _kind is not Http2HeadKind.Discard)
                    {
                        Fault = Accept(scratch, name, value);
                    }

                    continue;
                case HpackStatus.End:
                    Fault ??= _kind is Http2HeadKind.Discard ? null : Finish(scratch, endStream);
                    return true;
                default:
                    return false;
            }
        }
    }

    private void Begin(HeaderMap? map, Http2HeadKind kind)
    {
        map?.Clear();
        _map = map;
        _kind = map is null ? Http2HeadKind.Discard : kind;
        _seen = Pseudo.None;
        _sawField = false;
        _sawHost = false;
        _count = 0;
        _bytes = 0;
        _cookieLength = 0;
        Fault = null;
        ContentLength = -1;
        IsConnect = false;
        IsHead = false;
        ExpectsContinue = false;
        Status = 0;
    }

    private Http2Fault? Accept(HpackScratch scratch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // Counted while decoding: one byte on the wire can stand for four thousand (an "HPACK bomb").
        _bytes += name.Length + value.Length + EntryOverhead;
        if (_bytes > options.MaxHeadBytes)
        {
            return Http2Fault.HeadTooLarge;
        }

        if (++_count > options.MaxHeaders)
        {
            return Http2Fault.TooManyHeaders;
        }

        if (!IsFieldValue(value) || name.IsEmpty)
        {
            return Http2Fault.BadHeader;
        }

        if (name[0] == ':')
        {
            return AcceptPseudo(name, value);
        }

        _sawField = true;
        if (name.ContainsAnyExcept(LowerTokenBytes))
        {
            return Http2Fault.BadHeader;
        }

        if (options.RejectUnderscores && _kind is Http2HeadKind.Request && name.Contains((byte)'_'))
        {
            return Http2Fault.Underscore;
        }

        return AcceptField(scratch, name, value);
    }

    private Http2Fault? AcceptPseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // RFC 9113 section 8.3: known ones, before the fields, each once, and none in trailers.
        Pseudo pseudo = _kind switch
        {
            Http2HeadKind.Request => RequestPseudo(name),
            Http2HeadKind.Response => name.SequenceEqual(":status"u8) ? Pseudo.Status : Pseudo.None,
            _ => Pseudo.None,
        };
        if (pseudo is Pseudo.None || _sawField || (_seen & pseudo) != 0)
        {
            return _kind is Http2HeadKind.Trailers ? Http2Fault.BadTrailer : Http2Fault.BadMessage;
        }

        _seen |= pseudo;
        Http2Fault? fault = pseudo switch
        {
            Pseudo.Method => AcceptMethod(value),
            Pseudo.Status => AcceptStatus(value),
            Pseudo.Authority => Http1Syntax.IsAuthority(value) ? null : Http2Fault.BadHost,
            Pseudo.Path => !value.IsEmpty && Http1Syntax.IsTarget(value) ? null : Http2Fault.BadMessage,
            Pseudo.Protocol => Http1Syntax.IsToken(value) ? null : Http2Fault.BadMessage,
            _ => value.SequenceEqual("http"u8) || value.SequenceEqual("https"u8) ? null : Http2Fault.BadMessage,
        };
        _map?.Add(name, value);
        return fault;
    }

    private static Pseudo RequestPseudo(ReadOnlySpan<byte> name) => name.Length switch
    {
        5 when name.SequenceEqual(":path"u8) => Pseudo.Path,
        7 when name.SequenceEqual(":method"u8) => Pseudo.Method,
        7 when name.SequenceEqual(":scheme"u8) => Pseudo.Scheme,
        9 when name.SequenceEqual(":protocol"u8) => Pseudo.Protocol,
        10 when name.SequenceEqual(":authority"u8) => Pseudo.Authority,
        _ => Pseudo.None,
    };

    private Http2Fault? AcceptMethod(ReadOnlySpan<byte> value)
    {
        IsConnect = value.SequenceEqual("CONNECT"u8);
        IsHead = value.SequenceEqual("HEAD"u8);
        return Http1Syntax.IsToken(value) ? null : Http2Fault.BadMessage;
    }

    private Http2Fault? AcceptStatus(ReadOnlySpan<byte> value)
    {
        // RFC 9113 section 8.6: HTTP/2 has no 101.
        if (value.Length != 3 || !Http1Syntax.TryParseLength(value, out long status) || status is < 100 or > 599 or 101)
        {
            return Http2Fault.BadMessage;
        }

        Status = (int)status;
        return null;
    }

    private Http2Fault? AcceptField(HpackScratch scratch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        HeaderKind kind = HeaderNames.Classify(name);
        if (_kind is Http2HeadKind.Trailers && kind is not HeaderKind.Ordinary)
        {
            // RFC 9110 section 6.5.1: fields that frame or route a message may not come after it.
            return Http2Fault.BadTrailer;
        }

        switch (kind)
        {
            case HeaderKind.Connection:
            case HeaderKind.TransferEncoding:
            case HeaderKind.Upgrade:
                return Http2Fault.BadHeader;
            case HeaderKind.Dropped:
                // http2-settings is none of the connection-specific fields of RFC 9113 section 8.2.2, and of no use.
                return name[0] == 'h' ? null : Http2Fault.BadHeader;
            case HeaderKind.Te when !Http1Syntax.EqualsIgnoreCase(value, "trailers"u8):
                return Http2Fault.BadHeader;
            case HeaderKind.ContentLength:
                return AcceptContentLength(name, value);
            case HeaderKind.Host when _kind is Http2HeadKind.Request:
                return AcceptHost(value);
            case HeaderKind.Expect when _kind is Http2HeadKind.Request:
                return AcceptExpect(name, value);
        }

        if (_kind is Http2HeadKind.Request && name.SequenceEqual("cookie"u8))
        {
            JoinCookie(scratch, value);
            return null;
        }

        _map?.Add(name, value);
        return null;
    }

    private Http2Fault? AcceptContentLength(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (ContentLength >= 0 || !Http1Syntax.TryParseLength(value, out long length))
        {
            return Http2Fault.BadContentLength;
        }

        ContentLength = length;
        _map?.Add(name, value);
        return null;
    }

    // RFC 9113 section 8.3.1: Host may stand for :authority, and may not differ from it.
    private Http2Fault? AcceptHost(ReadOnlySpan<byte> value)
    {
        if (_sawHost || _map is null)
        {
            return Http2Fault.BadHost;
        }

        _sawHost = true;
        if (_map.TryGet(":authority"u8, out ReadOnlySpan<byte> authority))
        {
            return Ascii.EqualsIgnoreCase(authority, value) ? null : Http2Fault.BadHost;
        }

        if (!Http1Syntax.IsAuthority(value))
        {
            return Http2Fault.BadHost;
        }

        _map.Add(":authority"u8, value);
        return null;
    }

    private Http2Fault? AcceptExpect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Http1Syntax.EqualsIgnoreCase(value, "100-continue"u8))
        {
            return Http2Fault.UnknownExpectation;
        }

        ExpectsContinue = true;
        if (!options.AutoContinue)
        {
            _map?.Add(name, value);
        }

        return null;
    }

    // RFC 9113 section 8.2.3: crumbs become one header before they go anywhere else.
    private void JoinCookie(HpackScratch scratch, ReadOnlySpan<byte> crumb)
    {
        HpackScratch.Ensure(ref scratch.Cookie, _cookieLength + crumb.Length + 2);
        if (_cookieLength > 0)
        {
            "; "u8.CopyTo(scratch.Cookie.AsSpan(_cookieLength));
            _cookieLength += 2;
        }

        crumb.CopyTo(scratch.Cookie.AsSpan(_cookieLength));
        _cookieLength += crumb.Length;
    }

    private Http2Fault? Finish(HpackScratch scratch, bool endStream)
    {
        if (_cookieLength > 0)
        {
            _map?.Add("cookie"u8, scratch.Cookie.AsSpan(0, _cookieLength));
        }

        switch (_kind)
        {
            case Http2HeadKind.Request:
                return FinishRequest(endStream);
            case Http2HeadKind.Response:
                // RFC 9113 section 8.1: an informational response never ends the stream.
                return Status == 0 || (Status < 200 && endStream) ? Http2Fault.BadMessage : null;
            default:
                return endStream ? null : Http2Fault.BadTrailer;
        }
    }

    private Http2Fault? FinishRequest(bool endStream)
    {
        bool isExtended = (_seen & Pseudo.Protocol) != 0;
        if ((_seen & Pseudo.Method) == 0 || (isExtended && !(IsConnect && options.AllowExtendedConnect)))
        {
            return Http2Fault.BadMessage;
        }

        bool hasAuthority = (_seen & Pseudo.Authority) != 0 || _sawHost;
        if (IsConnect && !isExtended)
        {
            return FinishConnect();
        }

        if ((_seen & (Pseudo.Scheme | Pseudo.Path)) != (Pseudo.Scheme | Pseudo.Path) || !IsPath())
        {
            return Http2Fault.BadMessage;
        }

        if (endStream && ContentLength > 0)
        {
            return Http2Fault.BadContentLength;
        }

        return hasAuthority ? null : Http2Fault.MissingHost;
    }

    // RFC 9113 section 8.5: only :method and :authority, which is host and port.
    private Http2Fault? FinishConnect()
    {
        if ((_seen & ~Pseudo.Method) != Pseudo.Authority || _map is null)
        {
            return Http2Fault.BadMessage;
        }

        if (!options.AllowConnect)
        {
            return Http2Fault.ConnectNotAllowed;
        }

        ReadOnlySpan<byte> authority = _map.GetOrEmpty(":authority"u8);
        return authority[^1] == ']' || !authority.Contains((byte)':') ? Http2Fault.BadHost : null;
    }

    private bool IsPath()
    {
        if (_map is null)
        {
            return false;
        }

        ReadOnlySpan<byte> path = _map.GetOrEmpty(":path"u8);
        return path[0] == '/' || (path.SequenceEqual("*"u8) && _map.GetOrEmpty(":method"u8).SequenceEqual("OPTIONS"u8));
    }

    // RFC 9113 section 8.2.1: no control characters, and no blank at either end.
    private static bool IsFieldValue(ReadOnlySpan<byte> value) =>
        value.IsEmpty || (Http1Syntax.IsValue(value) && value[0] is not ((byte)' ' or (byte)'\t') && value[^1] is not ((byte)' ' or (byte)'\t'));
}
