namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>
/// The system calls of the engine, as their man pages (section 2) declare them. Calls that never block suppress the GC
/// transition; epoll_wait must not, or a sleeping worker would hold up every collection.
/// </summary>
internal static unsafe class Libc
{
    [DllImport("libc"), SuppressGCTransition]
    public static extern nint recv(int fd, void* buffer, nint length, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint send(int fd, void* buffer, nint length, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int accept4(int fd, void* address, int* addressLength, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int socket(int domain, int type, int protocol);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int connect(int fd, void* address, int addressLength);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int bind(int fd, void* address, int addressLength);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int listen(int fd, int backlog);

    // close may block in the kernel (it drops the last reference of a socket), so it makes an ordinary transition.
    [DllImport("libc")]
    public static extern int close(int fd);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int shutdown(int fd, int how);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int setsockopt(int fd, int level, int name, void* value, int length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int getsockopt(int fd, int level, int name, void* value, int* length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int getsockname(int fd, void* address, int* length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int fcntl(int fd, int command, nint argument);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int eventfd(uint initial, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint read(int fd, void* buffer, nint length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint write(int fd, void* buffer, nint length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int epoll_create1(int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int epoll_ctl(int epoll, int operation, int fd, void* description);

    [DllImport("libc")]
    public static extern int epoll_wait(int epoll, void* events, int capacity, int timeoutMs);

    /// <summary>errno of the call just made; valid only before anything else runs on this thread.</summary>
    public static int Errno => Marshal.GetLastSystemError();
}
