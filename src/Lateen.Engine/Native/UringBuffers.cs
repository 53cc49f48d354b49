namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>
/// The buffers that the kernel receives into (man 3 io_uring_register_buf_ring): one set for all connections of a ring, taken when bytes
/// arrive, so that an idle connection holds none. Newer kernels fill a buffer piece by piece, older ones take one per receive.
/// </summary>
internal sealed unsafe class UringBuffers : IDisposable
{
    private const int RegisterBufferRing = 22;
    private const ushort Incremental = 2; // IOU_PBUF_RING_INC, kernel 6.12
    private const int EntryBytes = 16;
    private const int TailOffset = 14;

    // The kernel may hand all of them over for one connection before we can say that its reader has paused, and that connection must be
    // able to keep the bytes in one slab. Half a megabyte also stays in the processor's cache.
    private const int SharedBytes = 16 * 1024;
    private const int SharedCount = 32;
    private const int SingleBytes = 4 * 1024;
    private const int SingleCount = 128;

    private readonly int _count;
    private readonly int _size;
    private readonly BufferState[] _states;
    private byte* _ring;
    private byte* _memory;
    private ushort _tail;

    private UringBuffers(int count, int size)
    {
        _count = count;
        _size = size;
        _states = new BufferState[count];
        _ring = Map(count * EntryBytes);
        _memory = Map(count * size);
    }

    /// <summary>Registers a set with a ring; null and a negative errno when the kernel refuses.</summary>
    public static UringBuffers? TryRegister(int ring, out int error)
    {
        UringBuffers? buffers = TryRegister(ring, SharedCount, SharedBytes, Incremental, out error);
        return buffers ?? TryRegister(ring, SingleCount, SingleBytes, 0, out error);
    }

    /// <summary>Where in its buffer a completion's bytes begin. Once for each completion, in the order in which they came.</summary>
    public int Locate(in UringCompletion completion)
    {
        if (!completion.HasBuffer)
        {
            return 0;
        }

        ref BufferState state = ref _states[completion.Buffer];
        int offset = state.Filled;
        state.Filled += Math.Max(completion.Result, 0);
        state.Lent++;
        state.KernelIsDone = !completion.BufferHasMore;
        return offset;
    }

    public ReadOnlySpan<byte> Bytes(in UringCompletion completion, int offset) => completion.Result <= 0 || !completion.HasBuffer
        ? default
        : new ReadOnlySpan<byte>(_memory + ((nint)completion.Buffer * _size) + offset, completion.Result);

    /// <summary>A completion's bytes were used up; a buffer that nobody needs any more goes back to the kernel.</summary>
    public void Release(in UringCompletion completion)
    {
        if (!completion.HasBuffer)
        {
            return;
        }

        ref BufferState state = ref _states[completion.Buffer];
        if (--state.Lent == 0 && state.KernelIsDone)
        {
            state = default;
            Give(completion.Buffer);
        }
    }

    /// <summary>Shows the kernel what was given back.</summary>
    public void Publish() => Volatile.Write(ref *(ushort*)(_ring + TailOffset), _tail);

    public void Dispose()
    {
        if (_ring is not null)
        {
            _ = Libc.munmap(_ring, _count * EntryBytes);
            _ = Libc.munmap(_memory, (nint)_count * _size);
            _ring = null;
            _memory = null;
        }
    }

    private static UringBuffers? TryRegister(int ring, int count, int size, ushort flags, out int error)
    {
        var buffers = new UringBuffers(count, size);
        BufferRegistration registration = default;
        registration.Address = (ulong)buffers._ring;
        registration.Entries = (uint)count;
        registration.Flags = flags;
        error = (int)Libc.io_uring_register(Libc.RegisterNumber, ring, RegisterBufferRing, &registration, 1);
        if (error < 0)
        {
            error = -Libc.Errno;
            buffers.Dispose();
            return null;
        }

        for (int i = 0; i < count; i++)
        {
            buffers.Give(i);
        }

        buffers.Publish();
        return buffers;
    }

    private void Give(int buffer)
    {
        // struct io_uring_buf: address, length, number. The last two bytes of the first one are the ring's tail.
        byte* entry = _ring + ((_tail & (_count - 1)) * EntryBytes);
        *(ulong*)entry = (ulong)(_memory + ((nint)buffer * _size));
        *(uint*)(entry + 8) = (uint)_size;
        *(ushort*)(entry + 12) = (ushort)buffer;
        _tail++;
    }

    private static byte* Map(int bytes)
    {
        void* address = Libc.mmap(null, bytes, Libc.ReadWrite, Libc.PrivateAnonymous, -1, 0);
        return (nint)address == -1 ? throw new IOException($"No memory for {bytes} bytes of receive buffers.") : (byte*)address;
    }

    private struct BufferState
    {
        public int Filled;
        public int Lent;
        public bool KernelIsDone;
    }

    // struct io_uring_buf_reg
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct BufferRegistration
    {
        public ulong Address;
        public uint Entries;
        public ushort Group;
        public ushort Flags;
    }
}
