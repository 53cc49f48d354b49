namespace Lateen.Engine.Http1;

using Lateen.Engine.Http;

/// <summary>Reads request lines and status lines (RFC 9112 sections 3 and 4).</summary>
internal static class StartLine
{
    /// <summary>Adds :method, :scheme, :path and, for absolute and authority form, :authority; null when the line is right.</summary>
    public static Http1Fault? ReadRequest(ReadOnlySpan<byte> line, MessageHead head, Http1Options options)
    {
        int methodLength = Http1Syntax.TokenLength(line);
        if (methodLength == 0 || methodLength == line.Length || line[methodLength] != ' ')
        {
            return Http1Fault.BadMethod;
        }

        ReadOnlySpan<byte> rest = line[(methodLength + 1)..];
        int space = rest.IndexOf((byte)' ');
        if (space <= 0)
        {
            return Http1Fault.BadRequestLine;
        }

        if (ReadVersion(rest[(space + 1)..], head, options) is { } fault)
        {
            return fault;
        }

        ReadOnlySpan<byte> method = line[..methodLength];
        head.IsConnect = method.SequenceEqual("CONNECT"u8);
        head.IsHead = method.SequenceEqual("HEAD"u8);
        if (method.SequenceEqual("GET"u8))
        {
            head.Map.AddPseudo(":method: GET\r\n"u8, ":method"u8.Length);
        }
        else
        {
            head.Map.Add(":method"u8, method);
        }

        return ReadTarget(method, rest[..space], head, options);
    }

    /// <summary>Adds :status; null when the line is right.</summary>
    public static Http1Fault? ReadStatus(ReadOnlySpan<byte> line, MessageHead head, out int status)
    {
        // "HTTP/1.1 200" with or without a reason; some servers leave out the space before an empty one.
        status = 0;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' '
            || (line.Length > 12 && line[12] != ' ') || !Http1Syntax.IsValue(line[12..]))
        {
            return Http1Fault.BadStatusLine;
        }

        status = Http1Syntax.ParseStatus(line[9..12]);
        if (status is < 100 or > 599)
        {
            return Http1Fault.BadStatusLine;
        }

        head.IsHttp10 = line[7] == '0';
        head.Map.Add(":status"u8, line[9..12]);
        return null;
    }

    private static Http1Fault? ReadVersion(ReadOnlySpan<byte> version, MessageHead head, Http1Options options)
    {
        if (version.SequenceEqual("HTTP/1.1"u8))
        {
            return null;
        }

        if (version.SequenceEqual("HTTP/1.0"u8))
        {
            head.IsHttp10 = true;
            return options.AcceptHttp10 ? null : Http1Fault.LowVersion;
        }

        bool wellFormed = version.Length == 8 && version.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)version[5])
            && version[6] == '.' && char.IsAsciiDigit((char)version[7]);
        return wellFormed ? Http1Fault.UnsupportedVersion : Http1Fault.BadVersion;
    }

    private static Http1Fault? ReadTarget(
        ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, MessageHead head, Http1Options options)
    {
        if (!Http1Syntax.IsTarget(target))
        {
            return Http1Fault.BadTarget;
        }

        if (head.IsConnect)
        {
            return ReadConnectTarget(target, head, options);
        }

        if (target[0] == '/')
        {
            AddScheme(head.Map, options);
            head.Map.Add(":path"u8, target);
            return null;
        }

        if (target.SequenceEqual("*"u8))
        {
            AddScheme(head.Map, options);
            head.Map.Add(":path"u8, target);
            return method.SequenceEqual("OPTIONS"u8) ? null : Http1Fault.BadTarget;
        }

        return ReadAbsoluteTarget(target, head.Map, head);
    }

    private static Http1Fault? ReadConnectTarget(ReadOnlySpan<byte> target, MessageHead head, Http1Options options)
    {
        if (!options.AllowConnect)
        {
            return Http1Fault.ConnectNotAllowed;
        }

        // RFC 9110 section 9.3.6: host and port, both required.
        if (!Http1Syntax.IsAuthority(target) || target[^1] == ']' || !target.Contains((byte)':'))
        {
            return Http1Fault.BadTarget;
        }

        head.HasAuthority = true;
        head.Map.Add(":authority"u8, target);
        return null;
    }

    private static Http1Fault? ReadAbsoluteTarget(ReadOnlySpan<byte> target, HeaderMap map, MessageHead head)
    {
        ReadOnlySpan<byte> scheme;
        if (target.Length > 7 && Http1Syntax.EqualsIgnoreCase(target[..7], "http://"u8))
        {
            scheme = "http"u8;
        }
        else if (target.Length > 8 && Http1Syntax.EqualsIgnoreCase(target[..8], "https://"u8))
        {
            scheme = "https"u8;
        }
        else
        {
            return Http1Fault.BadTarget;
        }

        ReadOnlySpan<byte> rest = target[(scheme.Length + 3)..];
        int end = rest.IndexOfAny("/?#"u8);
        ReadOnlySpan<byte> authority = end < 0 ? rest : rest[..end];
        ReadOnlySpan<byte> path = end < 0 ? default : rest[end..];
        if (!Http1Syntax.IsAuthority(authority))
        {
            return Http1Fault.BadTarget;
        }

        map.Add(":scheme"u8, scheme);
        map.Add(":authority"u8, authority);
        head.HasAuthority = true;
        if (path.IsEmpty)
        {
            map.Add(":path"u8, "/"u8);
            return null;
        }

        // "http://host?query" has an empty path (RFC 9112 section 3.2.1); nobody sends it, and reading it two ways is a risk.
        if (path[0] != '/')
        {
            return Http1Fault.BadTarget;
        }

        map.Add(":path"u8, path);
        return null;
    }

    private static void AddScheme(HeaderMap map, Http1Options options)
    {
        if (options.Scheme == "https")
        {
            map.AddPseudo(":scheme: https\r\n"u8, ":scheme"u8.Length);
        }
        else
        {
            map.AddPseudo(":scheme: http\r\n"u8, ":scheme"u8.Length);
        }
    }
}
