namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>struct io_uring_params (linux/io_uring.h): the wishes for a ring, and where the kernel put its parts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UringParameters
{
    public uint SubmissionEntries;
    public uint CompletionEntries;
    public uint Flags;
    public uint PollThreadProcessor;
    public uint PollThreadIdle;
    public uint Features;
    public uint WorkQueue;
    public uint Reserved0;
    public uint Reserved1;
    public uint Reserved2;
    public RingOffsets Submission;
    public RingOffsets Completion;

    // struct io_sqring_offsets and struct io_cqring_offsets share their first four fields and their size.
    [StructLayout(LayoutKind.Sequential)]
    internal struct RingOffsets
    {
        public uint Head;
        public uint Tail;
        public uint Mask;
        public uint Entries;
        public uint FlagsOrOverflow;
        public uint DroppedOrEntries;
        public uint ArrayOrFlags;
        public uint Reserved;
        public ulong UserAddress;
    }
}
