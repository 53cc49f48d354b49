namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>struct io_uring_cqe (linux/io_uring.h): how an operation went.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct UringCompletion
{
    private const uint HasBufferFlag = 1u << 0;
    private const uint MoreFlag = 1u << 1;
    private const uint BufferMoreFlag = 1u << 4;
    private const int BufferShift = 16;

    public ulong UserData;
    public int Result;
    public uint Flags;

    public readonly UringOperation Operation => (UringOperation)(UserData >> UringRing.OperationShift);

    public readonly int Slot => (int)(uint)UserData;

    /// <summary>The operation goes on and will complete again.</summary>
    public readonly bool HasMore => (Flags & MoreFlag) != 0;

    public readonly bool HasBuffer => (Flags & HasBufferFlag) != 0;

    /// <summary>The kernel will fill the rest of this buffer as well.</summary>
    public readonly bool BufferHasMore => (Flags & BufferMoreFlag) != 0;

    public readonly int Buffer => (int)(Flags >> BufferShift);
}
