namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;

/// <summary>
/// Reads the header lines of one message into a <see cref="HeaderMap"/> and keeps what decides framing and persistence apart.
/// Connection-specific fields never reach the map (RFC 9110 section 7.6.1).
/// </summary>
internal sealed class MessageHead(Http1Options options, bool isRequest)
{
    // As Envoy: more nominations than this are an attempt to make work.
    private const int MaxNominations = 10;

    private Http1Options _options = options;
    private bool _sawTransferEncoding;
    private bool _hasNominations;
    private bool _sawHost;
    private int _fieldsLeft = options.MaxHeaders;

    public HeaderMap Map { get; } = new();

    /// <summary>Lines that were lawful and dropped.</summary>
    public int Glitches { get; private set; }

    /// <summary>Bytes of all lines so far.</summary>
    public int Bytes { get; set; }

    /// <summary>How many more bytes the limit allows.</summary>
    public int BytesLeft => _options.MaxHeadBytes - Bytes;

    /// <summary>How many more lines may be taken unseen; none when each name is looked through for underscores.</summary>
    public int FieldsLeft
    {
        get => _options.RejectUnderscores && isRequest ? 0 : _fieldsLeft;
        set => _fieldsLeft = _options.RejectUnderscores && isRequest ? _fieldsLeft : value;
    }

    public bool IsHttp10 { get; set; }

    /// <summary>-1 when the message has none.</summary>
    public long ContentLength { get; private set; } = -1;

    public bool IsChunked { get; private set; }

    public bool WantsClose { get; private set; }

    public bool WantsKeepAlive { get; private set; }

    public bool WantsUpgrade { get; private set; }

    public bool ExpectsContinue { get; private set; }

    public bool HasAuthority { get; set; }

    /// <summary>The method is CONNECT.</summary>
    public bool IsConnect { get; set; }

    /// <summary>The method is HEAD.</summary>
    public bool IsHead { get; set; }

    public bool PersistsConnection => !WantsClose && (!IsHttp10 || WantsKeepAlive);

    /// <summary>The same for a connection with other limits.</summary>
    public void Reset(Http1Options options)
    {
        _options = options;
        Reset();
    }

    public void Reset()
    {
        Map.Clear();
        Bytes = 0;
        Glitches = 0;
        IsHttp10 = false;
        ContentLength = -1;
        IsChunked = false;
        WantsClose = false;
        WantsKeepAlive = false;
        WantsUpgrade = false;
        ExpectsContinue = false;
        HasAuthority = false;
        IsConnect = false;
        IsHead = false;
        _sawTransferEncoding = false;
        _hasNominations = false;
        _sawHost = false;
        _fieldsLeft = _options.MaxHeaders;
    }

    /// <summary>Takes one header line without its CRLF; null when it is right.</summary>
    public Http1Fault? ReadLine(ReadOnlySpan<byte> line)
    {
        if (!TrySplit(line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            return Http1Fault.BadHeader;
        }

        if (--_fieldsLeft < 0)
        {
            return Http1Fault.TooManyHeaders;
        }

        if (_options.RejectUnderscores && isRequest && name.Contains((byte)'_'))
        {
            return Http1Fault.Underscore;
        }

        HeaderKind kind = HeaderNames.Classify(name);
        if (kind is HeaderKind.Ordinary)
        {
            Map.AddLine(name, value);
            return null;
        }

        return ReadSpecial(kind, name, value);
    }

    /// <summary>Takes a line, not of an ordinary header, that was staged in the map.</summary>
    public Http1Fault? ReadStagedSpecial(HeaderKind kind, int at, int nameLength, int valueLength)
    {
        ReadOnlySpan<byte> name = Map.Staged.Slice(at, nameLength);
        ReadOnlySpan<byte> value = Map.Staged.Slice(at + nameLength + 2, valueLength);
        if (kind is not HeaderKind.ContentLength)
        {
            return ReadSpecial(kind, name, value);
        }

        Map.AddStaged(at, nameLength, valueLength, EntryForm.Other);
        return ReadContentLength(value);
    }

    private Http1Fault? ReadSpecial(HeaderKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case HeaderKind.Host:
                return ReadHost(value);
            case HeaderKind.ContentLength:
                Map.Add("content-length"u8, value);
                return ReadContentLength(value);
            case HeaderKind.TransferEncoding:
                return ReadTransferEncoding(value);
            case HeaderKind.Connection:
                return ReadConnection(value);
            case HeaderKind.Te:
                return ReadTe(value);
            case HeaderKind.Upgrade:
                Map.AddLowering(name, value);
                return null;
            case HeaderKind.Expect:
                return ReadExpect(value);
            default:
                Glitches++;
                return null;
        }
    }

    /// <summary>Checks what only the whole head can tell; null when the message may go on.</summary>
    public Http1Fault? Finish()
    {
        if (_sawTransferEncoding && ContentLength >= 0)
        {
            return Http1Fault.LengthAndChunked;
        }

        if (_sawTransferEncoding && IsHttp10)
        {
            // RFC 9112 section 6.1: Transfer-Encoding in HTTP/1.0 means faulty framing.
            return Http1Fault.BadTransferEncoding;
        }

        if (isRequest && !HasAuthority && FinishHost() is { } missing)
        {
            return missing;
        }

        if (_hasNominations && RemoveNominated() is { } rejected)
        {
            return rejected;
        }

        bool upgrades = WantsUpgrade && _options.AllowUpgrade && !IsHttp10 && ContentLength <= 0 && !IsChunked;
        WantsUpgrade = upgrades && Map.TryGet("upgrade"u8, out ReadOnlySpan<byte> protocol) && !IsHttp2(protocol);
        if (!WantsUpgrade && Map.Remove("upgrade"u8))
        {
            Glitches++;
        }

        return null;
    }

    /// <summary>Splits "name: value"; folds, blanks before the colon and control characters fail (RFC 9112 section 5).</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int nameLength = Http1Syntax.TokenLength(line);
        if (nameLength == 0 || nameLength == line.Length || line[nameLength] != ':')
        {
            name = default;
            value = default;
            return false;
        }

        name = line[..nameLength];
        value = Http1Syntax.Trim(line[(nameLength + 1)..]);
        return Http1Syntax.IsValue(value);
    }

    private Http1Fault? ReadHost(ReadOnlySpan<byte> value)
    {
        if (!isRequest)
        {
            Map.Add("host"u8, value);
            return null;
        }

        if (_sawHost)
        {
            return Http1Fault.DuplicateHost;
        }

        _sawHost = true;
        if (!Http1Syntax.IsAuthority(value))
        {
            return Http1Fault.BadHost;
        }

        // RFC 9112 section 3.2.2: the authority of an absolute-form target replaces Host.
        if (!HasAuthority)
        {
            HasAuthority = true;
            Map.Add(":authority"u8, value);
        }

        return null;
    }

    private Http1Fault? FinishHost()
    {
        if (!IsHttp10 || _options.DefaultHostForHttp10.Length == 0)
        {
            return Http1Fault.MissingHost;
        }

        HasAuthority = true;
        Span<byte> host = stackalloc byte[256];
        int length = System.Text.Encoding.ASCII.GetBytes(_options.DefaultHostForHttp10, host);
        Map.Add(":authority"u8, host[..length]);
        return null;
    }

    private Http1Fault? ReadContentLength(ReadOnlySpan<byte> value)
    {
        if (ContentLength >= 0)
        {
            return Http1Fault.DuplicateContentLength;
        }

        if (!Http1Syntax.TryParseLength(value, out long length))
        {
            return Http1Fault.BadContentLength;
        }

        ContentLength = length;
        return null;
    }

    private Http1Fault? ReadTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (_sawTransferEncoding)
        {
            return Http1Fault.BadTransferEncoding;
        }

        _sawTransferEncoding = true;
        if (Http1Syntax.EqualsIgnoreCase(value, "chunked"u8))
        {
            IsChunked = true;
            return null;
        }

        // RFC 9112 section 6.3: chunked must be last and once; another coding in front of it is one we do not speak (section 6.1).
        int comma = value.LastIndexOf((byte)',');
        bool chunkedLast = comma > 0 && Http1Syntax.EqualsIgnoreCase(Http1Syntax.Trim(value[(comma + 1)..]), "chunked"u8);
        return chunkedLast && Http1Syntax.IsToken(Http1Syntax.Trim(value[..comma])) && !IsChunkedToken(value[..comma])
            ? Http1Fault.UnknownTransferCoding
            : Http1Fault.BadTransferEncoding;
    }

    private Http1Fault? ReadConnection(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            ReadOnlySpan<byte> option = NextToken(ref value);
            if (option.IsEmpty)
            {
                continue;
            }

            if (!Http1Syntax.IsToken(option))
            {
                return Http1Fault.BadConnectionHeader;
            }

            if (Http1Syntax.EqualsIgnoreCase(option, "close"u8))
            {
                WantsClose = true;
            }
            else if (Http1Syntax.EqualsIgnoreCase(option, "keep-alive"u8))
            {
                WantsKeepAlive = true;
            }
            else if (Http1Syntax.EqualsIgnoreCase(option, "upgrade"u8))
            {
                WantsUpgrade = true;
            }
            else if (HeaderNames.Classify(option) is HeaderKind.Ordinary or HeaderKind.Host or HeaderKind.ContentLength
                or HeaderKind.TransferEncoding or HeaderKind.Expect)
            {
                _hasNominations = true;
                Glitches++;
                Map.Add("connection"u8, option);
            }
        }

        return null;
    }

    // Removing what a peer nominates is RFC 9110 section 7.6.1; letting it nominate identity or framing is an attack.
    private Http1Fault? RemoveNominated()
    {
        int nominations = 0;
        Span<byte> name = stackalloc byte[64];
        for (int index = Map.IndexOf("connection"u8); index >= 0; index = Map.IndexOf("connection"u8))
        {
            bool fits = System.Text.Ascii.ToLower(Map.ValueAt(index), name, out int length) is System.Buffers.OperationStatus.Done;
            bool refused = !fits || HeaderNames.IsProtected(name[..length]);
            if (isRequest && (refused || ++nominations >= MaxNominations))
            {
                return Http1Fault.BadConnectionHeader;
            }

            Map.RemoveAt(index);
            if (!refused)
            {
                Map.Remove(name[..length]);
            }
        }

        return null;
    }

    private Http1Fault? ReadTe(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            if (Http1Syntax.EqualsIgnoreCase(NextToken(ref value), "trailers"u8))
            {
                Map.Set("te"u8, "trailers"u8);
            }
            else
            {
                Glitches++;
            }
        }

        return null;
    }

    private Http1Fault? ReadExpect(ReadOnlySpan<byte> value)
    {
        if (!isRequest)
        {
            return null;
        }

        if (!Http1Syntax.EqualsIgnoreCase(value, "100-continue"u8))
        {
            return Http1Fault.UnknownExpectation;
        }

        ExpectsContinue = !IsHttp10;
        if (!_options.AutoContinue)
        {
            Map.Add("expect"u8, "100-continue"u8);
        }

        return null;
    }

    private static bool IsChunkedToken(ReadOnlySpan<byte> coding) =>
        Http1Syntax.EqualsIgnoreCase(Http1Syntax.Trim(coding), "chunked"u8);

    private static bool IsHttp2(ReadOnlySpan<byte> protocol) =>
        protocol.Length >= 2 && (protocol[0] | 0x20) == 'h' && protocol[1] == '2';

    private static ReadOnlySpan<byte> NextToken(ref ReadOnlySpan<byte> list)
    {
        int comma = list.IndexOf((byte)',');
        ReadOnlySpan<byte> token = Http1Syntax.Trim(comma < 0 ? list : list[..comma]);
        list = comma < 0 ? default : list[(comma + 1)..];
        return token;
    }
}
