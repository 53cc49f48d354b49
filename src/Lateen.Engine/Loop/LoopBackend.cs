namespace Lateen.Engine.Loop;

/// <summary>The kernel interfaces that a loop can stand on.</summary>
public enum LoopBackend : byte
{
    /// <summary>io_uring where the kernel allows it, else epoll.</summary>
    Auto,
    Epoll,
    IoUring,
}
