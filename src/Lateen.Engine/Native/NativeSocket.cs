namespace Lateen.Engine.Native;

using Lateen.Engine.Transport;

/// <summary>TCP sockets behind safe signatures. A failure is a negative errno, never an exception.</summary>
internal static unsafe class NativeSocket
{
    // bits/socket.h, linux/in.h, linux/netfilter_ipv4.h, linux/netfilter_ipv6/ip6_tables.h, linux/tcp.h
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SolSocket = 1;
    private const int SolIp = 0;
    private const int SolTcp = 6;
    private const int SolIpv6 = 41;
    private const int SoReuseAddress = 2;
    private const int SoError = 4;
    private const int SoKeepAlive = 9;
    private const int SoLinger = 13;
    private const int SoReusePort = 15;
    private const int SoMark = 36;
    private const int TcpNoDelay = 1;
    private const int TcpKeepIdle = 4;
    private const int TcpKeepInterval = 5;
    private const int TcpKeepCount = 6;
    private const int IpTransparent = 19;
    private const int IpBindAddressNoPort = 24;
    private const int Ipv6Only = 26;
    private const int Ipv6Transparent = 75;
    private const int OriginalDestination = 80;
    private const int MsgDontWait = 0x40;
    private const int MsgNoSignal = 0x4000;
    private const int ShutWrite = 1;
    private const int ShutBoth = 2;
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    public static int Create(in SocketAddress peer, bool blocking)
    {
        int family = peer.IsV4 ? RawAddress.FamilyV4 : RawAddress.FamilyV6;
        int fd = Libc.socket(family, Stream | CloseOnExec | (blocking ? 0 : NonBlocking), 0);
        return fd < 0 ? -Libc.Errno : fd;
    }

    private const int DuplicateCloseOnExec = 1030;

    public static int Bind(int fd, in SocketAddress address)
    {
        RawAddress raw = RawAddress.From(address);
        fixed (byte* bytes = raw.Bytes)
        {
            return Libc.bind(fd, bytes, raw.Length) < 0 ? -Libc.Errno : 0;
        }
    }

    public static int Connect(int fd, in SocketAddress address)
    {
        RawAddress raw = RawAddress.From(address);
        fixed (byte* bytes = raw.Bytes)
        {
            return Libc.connect(fd, bytes, raw.Length) < 0 ? -Libc.Errno : 0;
        }
    }

    public static int Listen(int fd, int backlog) => Libc.listen(fd, backlog) < 0 ? -Libc.Errno : 0;

    public static int Accept(int listener, out SocketAddress peer, bool blocking = false)
    {
        RawAddress raw = default;
        int length = RawAddress.Capacity;
        int fd;
        int errno = 0;
        fixed (byte* bytes = raw.Bytes)
        {
            fd = Libc.accept4(listener, bytes, &length, (blocking ? 0 : NonBlocking) | CloseOnExec);
            if (fd < 0)
            {
                errno = Libc.Errno;
            }
        }

        peer = fd < 0 ? default : raw.ToSocketAddress();
        return fd < 0 ? -errno : fd;
    }

    /// <summary>Bytes received, 0 at the end of the stream, or a negative errno.</summary>
    public static int Receive(int fd, Span<byte> target)
    {
        fixed (byte* bytes = target)
        {
            nint count = Libc.recv(fd, bytes, target.Length, 0);
            return count < 0 ? -Libc.Errno : (int)count;
        }
    }

    public static int Send(int fd, ReadOnlySpan<byte> source)
    {
        fixed (byte* bytes = source)
        {
            nint count = Libc.send(fd, bytes, source.Length, MsgNoSignal | MsgDontWait);
            return count < 0 ? -Libc.Errno : (int)count;
        }
    }

    public static void Close(int fd) => _ = Libc.close(fd);

    /// <summary>Ends both directions; a listening socket stops listening.</summary>
    public static void Shutdown(int fd) => _ = Libc.shutdown(fd, ShutBoth);

    public static void ShutdownWrite(int fd) => _ = Libc.shutdown(fd, ShutWrite);

    /// <summary>The pending error of a socket, cleared by reading it (man 7 socket, SO_ERROR).</summary>
    public static int TakeError(int fd)
    {
        int value = 0;
        int length = sizeof(int);
        return Libc.getsockopt(fd, SolSocket, SoError, &value, &length) < 0 ? Libc.Errno : value;
    }

    /// <summary>Makes close send RST (man 7 socket, SO_LINGER with a zero time).</summary>
    public static void AbortOnClose(int fd)
    {
        long linger = 1; // struct linger { int l_onoff = 1; int l_linger = 0; } on a little-endian machine
        _ = Libc.setsockopt(fd, SolSocket, SoLinger, &linger, sizeof(long));
    }

    public static SocketAddress LocalAddress(int fd)
    {
        RawAddress raw = default;
        int length = RawAddress.Capacity;
        fixed (byte* bytes = raw.Bytes)
        {
            return Libc.getsockname(fd, bytes, &length) < 0 ? default : raw.ToSocketAddress();
        }
    }

    /// <summary>The other end; none when it is gone already.</summary>
    public static SocketAddress PeerAddress(int fd)
    {
        RawAddress raw = default;
        int length = RawAddress.Capacity;
        fixed (byte* bytes = raw.Bytes)
        {
            return Libc.getpeername(fd, bytes, &length) < 0 ? default : raw.ToSocketAddress();
        }
    }

    /// <summary>Where the client wanted to go before iptables REDIRECT; false when conntrack knows of no translation.</summary>
    public static bool TryGetOriginalDestination(int fd, in SocketAddress local, out SocketAddress original)
    {
        RawAddress raw = default;
        int length = RawAddress.Capacity;
        fixed (byte* bytes = raw.Bytes)
        {
            if (Libc.getsockopt(fd, local.IsV4 ? SolIp : SolIpv6, OriginalDestination, bytes, &length) < 0)
            {
                original = default;
                return false;
            }
        }

        // With conntrack loaded, an untranslated connection reports its own local address.
        original = raw.ToSocketAddress();
        return !original.IsNone && original != local;
    }

    /// <summary>A second descriptor of the same socket, closed on exec (fcntl(2), F_DUPFD_CLOEXEC); negative errno on failure.</summary>
    public static int Duplicate(int fd)
    {
        int copy = Libc.fcntl(fd, DuplicateCloseOnExec, 0);
        return copy < 0 ? -Libc.Errno : copy;
    }

    public static int SetBlocking(int fd, bool blocking)
    {
        int flags = Libc.fcntl(fd, GetFlags, 0);
        int wanted = blocking ? flags & ~NonBlocking : flags | NonBlocking;
        return flags < 0 || Libc.fcntl(fd, SetFlags, wanted) < 0 ? -Libc.Errno : 0;
    }

    public static void SetNoDelay(int fd) => SetInt(fd, SolTcp, TcpNoDelay, 1);

    /// <summary>Switches keep-alive on; a number of 0 stays the kernel's default.</summary>
    public static void SetKeepAlive(int fd, int idleSeconds, int intervalSeconds, int probes)
    {
        SetInt(fd, SolSocket, SoKeepAlive, 1);
        SetUnlessZero(fd, TcpKeepIdle, idleSeconds);
        SetUnlessZero(fd, TcpKeepInterval, intervalSeconds);
        SetUnlessZero(fd, TcpKeepCount, probes);
    }

    public static int SetReuseAddress(int fd) => SetInt(fd, SolSocket, SoReuseAddress, 1);

    public static int SetReusePort(int fd) => SetInt(fd, SolSocket, SoReusePort, 1);

    // Istio binds 0.0.0.0:15001 and [::]:15001 side by side, which needs IPv6-only sockets.
    public static int SetIpv6Only(int fd) => SetInt(fd, SolIpv6, Ipv6Only, 1);

    /// <summary>Leaves the choice of the source port to connect, so that one source address serves more than 28,000 peers.</summary>
    public static void SetBindAddressNoPort(int fd) => SetInt(fd, SolIp, IpBindAddressNoPort, 1);

    public static int SetMark(int fd, int mark) => SetInt(fd, SolSocket, SoMark, mark);

    /// <summary>Accepts (or binds to) addresses that are not this host's, for TPROXY; needs CAP_NET_ADMIN.</summary>
    public static int SetTransparent(int fd, bool v6) =>
        v6 ? SetInt(fd, SolIpv6, Ipv6Transparent, 1) : SetInt(fd, SolIp, IpTransparent, 1);

    private static void SetUnlessZero(int fd, int name, int value)
    {
        if (value > 0)
        {
            SetInt(fd, SolTcp, name, value);
        }
    }

    private static int SetInt(int fd, int level, int name, int value) =>
        Libc.setsockopt(fd, level, name, &value, sizeof(int)) < 0 ? -Libc.Errno : 0;
}
