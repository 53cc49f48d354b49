namespace Lateen.Local.Native;

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

/// <summary>Socket options that .NET has no name for.</summary>
internal static class SocketOptions
{
    /// <summary>Where a redirected connection was going (SO_ORIGINAL_DST of linux/netfilter_ipv4.h, a sockaddr_in).</summary>
    internal static unsafe IPEndPoint OriginalDestination(Socket socket)
    {
        byte* address = stackalloc byte[16];
        int length = 16;
        LinuxCalls.Check(LinuxCalls.GetSocketOption((int)socket.Handle, LinuxCalls.SolIp, LinuxCalls.OriginalDestination, address, &length),
            "SO_ORIGINAL_DST");
        ReadOnlySpan<byte> bytes = new(address, 16);
        return new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
    }
}
