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

    // The numbers of these calls are the same on every architecture; libc has no wrappers for them.
    public const nint SetupNumber = 425;
    public const nint EnterNumber = 426;
    public const nint RegisterNumber = 427;

    [DllImport("libc", EntryPoint = "syscall")]
    public static extern nint io_uring_setup(nint number, nuint entries, void* parameters);

    [DllImport("libc", EntryPoint = "syscall")]
    public static extern nint io_uring_enter(
        nint number, nint ring, nuint submit, nuint wait, nuint flags, void* argument, nuint length);

    [DllImport("libc", EntryPoint = "syscall")]
    public static extern nint io_uring_register(nint number, nint ring, nuint operation, void* argument, nuint count);

    // asm-generic/mman-common.h: PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, MAP_SHARED|MAP_POPULATE
    public const int ReadWrite = 3;
    public const int PrivateAnonymous = 0x22;
    public const int SharedPopulated = 0x8001;

    [DllImport("libc")]
    public static extern void* mmap(void* address, nint length, int protection, int flags, int fd, nint offset);

    [DllImport("libc")]
    public static extern int munmap(void* address, nint length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int getpeername(int fd, void* address, int* length);

    /// <summary>errno of the call just made; valid only before anything else runs on this thread.</summary>
    public static int Errno => Marshal.GetLastSystemError();

    [DllImport("libc")]
    public static extern int madvise(void* address, nint length, int advice);
}
