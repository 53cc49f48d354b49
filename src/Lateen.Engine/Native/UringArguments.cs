namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;
using Lateen.Engine.Buffers;
using Lateen.Engine.Transport;

/// <summary>
/// What entries of the submission queue point to: addresses and vectors of buffers. The kernel copies them when it takes the entry
/// (IORING_FEAT_SUBMIT_STABLE), so each place in the queue has its own space, used again with the place.
/// </summary>
internal sealed unsafe class UringArguments(int places) : IDisposable
{
    /// <summary>Runs of bytes that one send takes.</summary>
    public const int MaxRuns = 16;

    private const int VectorBytes = 16;
    private const int HeaderBytes = 56;
    private const int PlaceBytes = HeaderBytes + (MaxRuns * VectorBytes) + 8;

    private byte* _memory = (byte*)NativeMemory.Alloc((nuint)places, PlaceBytes);

    public ulong Address(int place, in SocketAddress address, out int length)
    {
        RawAddress raw = RawAddress.From(address);
        byte* target = Place(place);
        raw.Bytes.CopyTo(new Span<byte>(target, RawAddress.Capacity));
        length = raw.Length;
        return (ulong)target;
    }

    /// <summary>A struct msghdr (man 2 sendmsg) over the first runs of a queue.</summary>
    public ulong Message(int place, in OutputQueue queue, out int length)
    {
        byte* header = Place(place);
        byte* vectors = header + HeaderBytes;
        int count = Math.Min(queue.RunCount, MaxRuns);
        length = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> run = queue.Run(i);
            ulong* vector = (ulong*)(vectors + (i * VectorBytes));
            vector[0] = AddressOf(run);
            vector[1] = (ulong)run.Length;
            length += run.Length;
        }

        new Span<byte>(header, HeaderBytes).Clear();
        *(ulong*)(header + 16) = (ulong)vectors;
        *(ulong*)(header + 24) = (ulong)count;
        return (ulong)header;
    }

    /// <summary>The address of bytes in a slab; native memory, so nothing moves it.</summary>
    public static ulong AddressOf(ReadOnlySpan<byte> slabBytes)
    {
        fixed (byte* address = slabBytes)
        {
            return (ulong)address;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }

    private byte* Place(int index) => _memory + ((nint)index * PlaceBytes);
}
