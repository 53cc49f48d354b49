namespace Lateen.Engine.Loop;

using Lateen.Engine.Native;
using Lateen.Engine.Transport;

/// <summary>How sockets are made and what their errors mean, the same for every back end.</summary>
internal static class SocketSetup
{
    public static ConnectFailure FailureOf(int errno) => errno switch
    {
        Errno.ConnectionRefused or Errno.ConnectionReset => ConnectFailure.Refused,
        Errno.NetworkUnreachable or Errno.HostUnreachable => ConnectFailure.Unreachable,
        Errno.TimedOut => ConnectFailure.TimedOut,
        Errno.AddressNotAvailable or Errno.AddressInUse or Errno.WouldBlock => ConnectFailure.NoLocalAddress,
        Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.OutOfMemory => ConnectFailure.OutOfDescriptors,
        _ => ConnectFailure.Other,
    };

    public static int Prepare(int fd, in ConnectOptions options)
    {
        NativeSocket.SetNoDelay(fd);
        if (options.Mark != 0 && NativeSocket.SetMark(fd, options.Mark) is < 0 and int markError)
        {
            return -markError;
        }

        if (options.KeepAlive)
        {
            NativeSocket.SetKeepAlive(
                fd, options.KeepAliveIdleSeconds, options.KeepAliveIntervalSeconds, options.KeepAliveProbes);
        }

        if (options.BindAddress.IsNone)
        {
            return 0;
        }

        if (options.BindAddress.Port == 0)
        {
            NativeSocket.SetBindAddressNoPort(fd);
        }

        // A source of the other family fails with EINVAL or EAFNOSUPPORT: there is no local address for this peer.
        return NativeSocket.Bind(fd, options.BindAddress) < 0 ? Errno.AddressNotAvailable : 0;
    }

    /// <exception cref="IOException">The descriptor is not open.</exception>
    public static int Adopt(int fd, bool blocking)
    {
        // A copy: the listener may be removed and come back, and then the given descriptor must still be open.
        int copy = NativeSocket.Duplicate(fd);
        if (copy < 0 || NativeSocket.SetBlocking(copy, blocking) < 0)
        {
            throw new IOException($"Descriptor {fd} given for a listener is not open; check LATEEN_LISTEN_FDS.");
        }

        return copy;
    }

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static int OpenListener(in SocketAddress address, in ListenOptions options, bool blocking)
    {
        int fd = NativeSocket.Create(address, blocking);
        if (fd < 0)
        {
            throw new IOException($"No socket for listener {address}: errno {-fd}.");
        }

        int error = NativeSocket.SetReuseAddress(fd);
        error = error == 0 && options.ReusePort ? NativeSocket.SetReusePort(fd) : error;
        error = error == 0 && address.IsV6 ? NativeSocket.SetIpv6Only(fd) : error;
        error = error == 0 && options.Transparent ? NativeSocket.SetTransparent(fd, address.IsV6) : error;
        error = error == 0 ? NativeSocket.Bind(fd, address) : error;
        error = error == 0 ? NativeSocket.Listen(fd, options.Backlog > 0 ? options.Backlog : ListenOptions.DefaultBacklog) : error;
        if (error < 0)
        {
            NativeSocket.Close(fd);
            string why = -error switch
            {
                Errno.AddressInUse => "the address is in use by another process",
                Errno.AccessDenied => "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE",
                Errno.AddressNotAvailable => "this host does not have the address",
                _ => $"errno {-error}",
            };
            throw new IOException($"Cannot listen on {address}: {why}.");
        }

        return fd;
    }
}
