namespace Lateen.Engine.Http2;

using System.Runtime.CompilerServices;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;

/// <summary>
/// Decodes one header block into a map and checks it as RFC 9113 sections 8.1.1 to 8.5 ask. What is wrong is remembered and the rest of
/// the block still decoded, because the compression state belongs to the connection. One per codec; what stays from block to block
/// makes the next one cheaper and changes nothing in it.
/// </summary>
internal sealed class Http2HeadReader(Http2Options options)
{
    private const int EntryOverhead = 32;

    // Sets of marks: a bit for each.
    private const int MethodBit = 1 << (int)FieldMark.Method;
    private const int AuthorityBit = 1 << (int)FieldMark.Authority;
    private const int ProtocolBit = 1 << (int)FieldMark.Protocol;
    private const int SchemeAndPath = (1 << (int)FieldMark.Scheme) | (1 << (int)FieldMark.Path);
    private const int OfRequests = MethodBit | AuthorityBit | ProtocolBit | SchemeAndPath;
    private const int OfResponses = 1 << (int)FieldMark.Status;

    private Http2HeadMemo? _lastHead;
    private Http2HeadMemo? _lastTrailers;
    private HeaderMap? _map;
    private Http2HeadKind _kind;
    private int _seen;
    private int _allowed;
    private FieldMark _mark;
    private Http2HeadFacts _facts;
    private bool _sawField;
    private bool _sawHost;
    private int _count;
    private int _bytes;
    private int _cookieLength;

    /// <summary>The first thing that is wrong with the message, or null.</summary>
    public Http2Fault? Fault { get; private set; }

    public Http2HeadFacts Facts => _facts;

    /// <summary>False when the block cannot be decoded, which ends the connection (RFC 9113 section 4.3).</summary>
    public bool TryRead(HpackDecoder decoder, ReadOnlySpan<byte> block, HeaderMap? map, Http2HeadKind kind, bool endStream)
    {
        uint version = decoder.TableVersion;
        Http2HeadMemo? memo = kind is Http2HeadKind.Trailers ? _lastTrailers : _lastHead;
        if (map is not null && memo is not null && memo.TryRecall(block, version, endStream, map))
        {
            Fault = null;
            _facts = memo.Facts;
            return true;
        }

        Begin(map, kind);
        if (!TryReadFields(decoder, block, endStream))
        {
            return false;
        }

        if (map is not null && Fault is null && version == decoder.TableVersion)
        {
            memo ??= kind is Http2HeadKind.Trailers ? _lastTrailers = new Http2HeadMemo() : _lastHead = new Http2HeadMemo();
            memo.Learn(block, version, endStream, map, _facts);
        }

        return true;
    }

    private bool TryReadFields(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream)
    {
        HpackScratch scratch = HpackScratch.OfThread;
        decoder.BeginBlock();
        while (true)
        {
            if (Fault is null && _map is not null)
            {
                TakeMarked(decoder, ref block, scratch, _map);
            }

            switch (decoder.TryRead(ref block, scratch, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                case HpackStatus.Field:
                    if (Fault is null && _map is not null)
                    {
                        _mark = FieldMark.Unknown;
                        Fault = Accept(scratch, name, value);
                        decoder.MarkLast(Fault is null ? _mark : FieldMark.Unknown);
                    }

                    continue;
                case HpackStatus.End:
                    Fault ??= _map is null ? null : Finish(scratch, endStream);
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
        _seen = 0;
        _allowed = kind switch
        {
            Http2HeadKind.Request => OfRequests,
            Http2HeadKind.Response => OfResponses,
            _ => 0,
        };
        _sawField = false;
        _sawHost = false;
        _count = 0;
        _bytes = 0;
        _cookieLength = 0;
        Fault = null;
        _facts = Http2HeadFacts.None;
    }

    // Entries of the tables that were looked at before, which in a connection's later requests are nearly all.
    private void TakeMarked(HpackDecoder decoder, ref ReadOnlySpan<byte> block, HpackScratch scratch, HeaderMap map)
    {
        while (Fault is null)
        {
            FieldMark mark = decoder.ReadMarked(ref block, out ReadOnlySpan<byte> line, out int nameLength);
            if (mark is FieldMark.Unknown)
            {
                return;
            }

            Fault = Count(line.Length - HpackDynamicTable.LineExtraBytes);
            if (Fault is not null)
            {
                return;
            }

            if (mark is FieldMark.Ordinary || (mark is FieldMark.Cookie && _kind is not Http2HeadKind.Request))
            {
                _sawField = true;
                map.AddWholeLine(line, nameLength);
                continue;
            }

            ReadOnlySpan<byte> value = line[(nameLength + 2)..^2];
            if (mark is FieldMark.Cookie)
            {
                _sawField = true;
                JoinCookie(scratch, value);
                continue;
            }

            Fault = CheckPlace(mark);
            if (Fault is null)
            {
                KeepPseudo(mark, line[..nameLength], value, map);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Http2Fault? Count(int contentBytes)
    {
        // Counted while decoding: one byte on the wire can stand for four thousand (an "HPACK bomb").
        _bytes += contentBytes + EntryOverhead;
        return _bytes > options.MaxHeadBytes ? Http2Fault.HeadTooLarge
            : ++_count > options.MaxHeaders ? Http2Fault.TooManyHeaders
            : null;
    }

    private Http2Fault? Accept(HpackScratch scratch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count(name.Length + value.Length) is { } tooMuch)
        {
            return tooMuch;
        }

        if (!Http2Syntax.IsFieldValue(value) || name.IsEmpty)
        {
            return Http2Fault.BadHeader;
        }

        if (name[0] == ':')
        {
            return AcceptPseudo(name, value);
        }

        _sawField = true;
        if (!Http2Syntax.IsLowerToken(name))
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
        FieldMark mark = Http2Syntax.PseudoMark(name);
        if (CheckPlace(mark) is { } misplaced)
        {
            return misplaced;
        }

        bool isLawful = mark switch
        {
            FieldMark.Status => Http2Syntax.IsStatus(value),
            FieldMark.Authority => Http1Syntax.IsAuthority(value),
            FieldMark.Path => !value.IsEmpty && Http1Syntax.IsTarget(value),
            FieldMark.Scheme => value.SequenceEqual("http"u8) || value.SequenceEqual("https"u8),
            _ => Http1Syntax.IsToken(value),
        };
        if (!isLawful)
        {
            return mark is FieldMark.Authority ? Http2Fault.BadHost : Http2Fault.BadMessage;
        }

        _mark = mark;
        KeepPseudo(mark, name, value, _map);
        return null;
    }

    // RFC 9113 section 8.3: known ones, before the fields, each once, and none in trailers.
    private Http2Fault? CheckPlace(FieldMark mark)
    {
        int bit = 1 << (int)mark;
        if ((_allowed & bit) == 0 || _sawField)
        {
            return _kind is Http2HeadKind.Trailers ? Http2Fault.BadTrailer : Http2Fault.BadMessage;
        }

        _allowed &= ~bit;
        _seen |= bit;
        return null;
    }

    private void KeepPseudo(FieldMark mark, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, HeaderMap? map)
    {
        if (mark is FieldMark.Method)
        {
            _facts.IsConnect = value.SequenceEqual("CONNECT"u8);
            _facts.IsHead = value.SequenceEqual("HEAD"u8);
        }
        else if (mark is FieldMark.Status)
        {
            _facts.Status = ((value[0] - '0') * 100) + ((value[1] - '0') * 10) + value[2] - '0';
        }

        map?.Add(name, value);
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

        bool isCookie = name.SequenceEqual("cookie"u8);
        if (isCookie && _kind is Http2HeadKind.Request)
        {
            _mark = FieldMark.Cookie;
            JoinCookie(scratch, value);
            return null;
        }

        if (kind is not HeaderKind.Ordinary)
        {
            _map?.Add(name, value);
            return null;
        }

        // Trailers are looked at less closely than heads, so that what they bring is not known for both.
        bool isForAll = _kind is not Http2HeadKind.Trailers || !(isCookie || name.Contains((byte)'_'));
        _mark = isForAll ? FieldMark.Ordinary : FieldMark.Unknown;
        _map?.AddLine(name, value);
        return null;
    }

    private Http2Fault? AcceptContentLength(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_facts.ContentLength >= 0 || !Http1Syntax.TryParseLength(value, out long length))
        {
            return Http2Fault.BadContentLength;
        }

        _facts.ContentLength = length;
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

        _facts.ExpectsContinue = true;
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
            _map?.AddLine("cookie"u8, scratch.Cookie.AsSpan(0, _cookieLength));
        }

        switch (_kind)
        {
            case Http2HeadKind.Request:
                return FinishRequest(endStream);
            case Http2HeadKind.Response:
                // RFC 9113 section 8.1: an informational response never ends the stream.
                return _facts.Status == 0 || (_facts.Status < 200 && endStream) ? Http2Fault.BadMessage : null;
            default:
                return endStream ? null : Http2Fault.BadTrailer;
        }
    }

    private Http2Fault? FinishRequest(bool endStream)
    {
        bool isExtended = (_seen & ProtocolBit) != 0;
        if ((_seen & MethodBit) == 0 || (isExtended && !(_facts.IsConnect && options.AllowExtendedConnect)))
        {
            return Http2Fault.BadMessage;
        }

        bool hasAuthority = (_seen & AuthorityBit) != 0 || _sawHost;
        if (_facts.IsConnect && !isExtended)
        {
            return FinishConnect();
        }

        if ((_seen & SchemeAndPath) != SchemeAndPath || !IsPath())
        {
            return Http2Fault.BadMessage;
        }

        if (endStream && _facts.ContentLength > 0)
        {
            return Http2Fault.BadContentLength;
        }

        return hasAuthority ? null : Http2Fault.MissingHost;
    }

    // RFC 9113 section 8.5: only :method and :authority, which is host and port.
    private Http2Fault? FinishConnect()
    {
        if ((_seen & ~MethodBit) != AuthorityBit || _map is null)
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
}
