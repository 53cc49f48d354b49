namespace Lateen.Proxy.Http;

using System.Buffers;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;

/// <summary>
/// Brings a path into one form, so that routes and policies cannot be passed by spelling it differently (RFC 3986 section 6.2.2;
/// the query is never touched).
/// </summary>
internal static class PathNormalizer
{
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create("%\\.#"u8);

    public static PathStatus Normalize(HeaderMap request, HttpConnectionManagerConfig config)
    {
        ReadOnlySpan<byte> path = PseudoHeaders.Path(request);
        bool work = config.NormalizePath && path.ContainsAny(Suspicious);

        // A fragment is the client's own business and is never part of what routes and policies look at; Istio strips it, always.
        work |= path.Contains((byte)'#');
        work |= config.MergeSlashes && path.IndexOf("//"u8) >= 0;
        work |= config.EscapedSlashes is not EscapedSlashesAction.Keep && path.Contains((byte)'%');
        if (!work)
        {
            return PathStatus.Fine;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(path.Length + 1);
        bool valid = Rewrite(path, buffer, config, out int length, out bool unescaped);
        if (valid)
        {
            request.Set(":path"u8, buffer.AsSpan(0, length));
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (!valid)
        {
            return PathStatus.Rejected;
        }

        return unescaped && config.EscapedSlashes is EscapedSlashesAction.UnescapeAndRedirect ? PathStatus.Redirect : PathStatus.Fine;
    }

    private static bool Rewrite(
        ReadOnlySpan<byte> path, Span<byte> to, HttpConnectionManagerConfig config, out int length, out bool unescaped)
    {
        int end = path.IndexOfAny((byte)'?', (byte)'#');
        ReadOnlySpan<byte> query = end < 0 ? default : path[end..];
        int fragment = query.IndexOf((byte)'#');
        query = fragment < 0 ? query : query[..fragment];
        if (!Decode(end < 0 ? path : path[..end], to, config, out length, out unescaped))
        {
            return false;
        }

        if (config.NormalizePath && !RemoveDotSegments(to, ref length))
        {
            return false;
        }

        if (config.MergeSlashes)
        {
            MergeSlashes(to, ref length);
        }

        query.CopyTo(to[length..]);
        length += query.Length;
        return true;
    }

    private static bool Decode(
        ReadOnlySpan<byte> path, Span<byte> to, HttpConnectionManagerConfig config, out int length, out bool unescaped)
    {
        length = 0;
        unescaped = false;
        for (int i = 0; i < path.Length; i++)
        {
            byte b = path[i];
            if (b == '%' && i + 2 < path.Length && TryHex(path[i + 1], path[i + 2], out byte decoded))
            {
                bool slash = decoded is (byte)'/' or (byte)'\\';
                if (decoded == 0 || (slash && config.EscapedSlashes is EscapedSlashesAction.Reject))
                {
                    return false;
                }

                bool unescape = slash && config.EscapedSlashes is not EscapedSlashesAction.Keep;
                if (unescape || (config.NormalizePath && IsUnreserved(decoded) && !CompletesEscape(to[..length], decoded)))
                {
                    unescaped |= slash;
                    to[length++] = slash ? (byte)'/' : decoded;
                    i += 2;
                    continue;
                }
            }

            to[length++] = b == '\\' && config.NormalizePath ? (byte)'/' : b;
        }

        return true;
    }

    // "%%36a" must not become "%6a": whoever decodes again would read another path than the policy saw.
    private static bool CompletesEscape(ReadOnlySpan<byte> written, byte decoded) =>
        char.IsAsciiHexDigit((char)decoded)
        && (written.EndsWith("%"u8) || (written.Length > 1 && written[^2] == '%' && char.IsAsciiHexDigit((char)written[^1])));

    // RFC 3986 section 5.2.4; leaving the root is refused instead of ignored.
    private static bool RemoveDotSegments(Span<byte> path, ref int length)
    {
        if (length == 0 || path[0] != '/')
        {
            return length == 1 && path[0] == '*';
        }

        int write = 0;
        int read = 0;
        while (read < length)
        {
            int next = path[(read + 1)..length].IndexOf((byte)'/');
            int segmentEnd = next < 0 ? length : read + 1 + next;
            ReadOnlySpan<byte> segment = path[(read + 1)..segmentEnd];
            bool last = segmentEnd == length;
            if (segment.SequenceEqual(".."u8))
            {
                if (write == 0)
                {
                    return false;
                }

                write = path[..write].LastIndexOf((byte)'/');
            }

            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                if (last)
                {
                    path[write++] = (byte)'/';
                }
            }
            else
            {
                path[read..segmentEnd].CopyTo(path[write..]);
                write += segmentEnd - read;
            }

            read = segmentEnd;
        }

        length = write;
        return true;
    }

    private static void MergeSlashes(Span<byte> path, ref int length)
    {
        int write = 0;
        for (int read = 0; read < length; read++)
        {
            if (path[read] != '/' || write == 0 || path[write - 1] != '/')
            {
                path[write++] = path[read];
            }
        }

        length = write;
    }

    private static bool IsUnreserved(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    private static bool TryHex(byte high, byte low, out byte value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low))
        {
            return false;
        }

        value = (byte)((Digit(high) << 4) | Digit(low));
        return true;
    }

    private static int Digit(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
