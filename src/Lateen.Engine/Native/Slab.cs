namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>A block of native memory, outside the collector's sight. Owned by whoever rented it from the pool.</summary>
internal readonly unsafe struct Slab
{
    private readonly void* _address;

    private Slab(void* address, int capacity)
    {
        _address = address;
        Capacity = capacity;
    }

    public int Capacity { get; }

    public bool IsNone => _address is null;

    public Span<byte> Span => new(_address, Capacity);

    public static Slab Allocate(int capacity) => new(NativeMemory.Alloc((nuint)capacity), capacity);

    public void Free() => NativeMemory.Free(_address);
}
