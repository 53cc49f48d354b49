namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>struct io_uring_sqe (linux/io_uring.h): one operation for the kernel.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct UringEntry
{
    public byte Opcode;
    public byte Flags;
    public ushort Priority;
    public int Descriptor;
    public ulong Offset;
    public ulong Address;
    public uint Length;
    public uint OperationFlags;
    public ulong UserData;
    public ushort BufferGroup;
}
