namespace Lateen.Proxy.Routing;

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.LoadBalancing;

/// <summary>A cookie that keeps a client on its host. It is made, where the policy gives it a lifetime, for clients without one.</summary>
internal sealed class HashCookie
{
    private readonly byte[] _name;
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly bool _isMade;

    public HashCookie(HashPolicy policy)
    {
        _name = Encoding.ASCII.GetBytes(policy.Name);
        _isMade = policy.CookieTtl is not null;
        _head = Encoding.ASCII.GetBytes(policy.Name + "=\"");
        var tail = new StringBuilder("\"");
        long seconds = (long)(policy.CookieTtl ?? TimeSpan.Zero).TotalSeconds;
        if (seconds > 0)
        {
            tail.Append(CultureInfo.InvariantCulture, $"; Max-Age={seconds}");
        }

        if (policy.CookiePath.Length > 0)
        {
            tail.Append("; Path=").Append(policy.CookiePath);
        }

        foreach ((string name, string value) in policy.CookieAttributes)
        {
            tail.Append("; ").Append(name).Append(value.Length > 0 ? "=" : "").Append(value);
        }

        _tail = Encoding.ASCII.GetBytes(tail.Append("; HttpOnly").ToString());
    }

    public ulong? Hash(HeaderMap request, StreamInfo info, ref HeaderMap? newCookies)
    {
        if (TryFind(request, out ReadOnlySpan<byte> value))
        {
            return XxHash64.Hash(value);
        }

        if (!_isMade)
        {
            return null;
        }

        // From the connection's two ends, so that requests that race on one connection get the same cookie (Envoy, router.cc).
        Span<byte> ends = stackalloc byte[160];
        int length = info.DownstreamDirectRemoteAddress.Format(ends);
        length += info.DownstreamLocalAddress.Format(ends[length..]);
        Span<byte> made = stackalloc byte[16];
        Utf8Formatter.TryFormat(XxHash64.Hash(ends[..length]), made, out int written, new System.Buffers.StandardFormat('x', 16));
        newCookies ??= new HeaderMap();
        Add(newCookies, made[..written]);
        return XxHash64.Hash(made[..written]);
    }

    private void Add(HeaderMap newCookies, ReadOnlySpan<byte> value)
    {
        byte[] rented = System.Buffers.ArrayPool<byte>.Shared.Rent(_head.Length + value.Length + _tail.Length);
        _head.CopyTo(rented, 0);
        value.CopyTo(rented.AsSpan(_head.Length));
        _tail.CopyTo(rented, _head.Length + value.Length);
        newCookies.Add("set-cookie"u8, rented.AsSpan(0, _head.Length + value.Length + _tail.Length));
        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    // RFC 6265 section 4.2: pairs separated by "; ", a value may stand in quotes. An empty value counts as none.
    private bool TryFind(HeaderMap request, out ReadOnlySpan<byte> value)
    {
        for (int at = request.IndexOf("cookie"u8); at >= 0; at = request.IndexOf("cookie"u8, at + 1))
        {
            ReadOnlySpan<byte> rest = request.ValueAt(at);
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf((byte)';');
                ReadOnlySpan<byte> pair = (end < 0 ? rest : rest[..end]).Trim((byte)' ');
                rest = end < 0 ? default : rest[(end + 1)..];
                int equals = pair.IndexOf((byte)'=');
                if (equals > 0 && pair[..equals].SequenceEqual(_name))
                {
                    value = pair[(equals + 1)..].Trim((byte)'"');
                    return !value.IsEmpty;
                }
            }
        }

        value = default;
        return false;
    }
}
