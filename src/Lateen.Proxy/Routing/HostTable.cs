namespace Lateen.Proxy.Routing;

using System.Buffers.Binary;
using System.Numerics;
using System.Text;

/// <summary>
/// Virtual hosts by their exact names, found by the bytes of a request's authority as they are. Names in capitals are not found here:
/// whoever asks then folds them and asks elsewhere.
/// </summary>
internal sealed class HostTable
{
    private readonly Entry[] _entries;

    public HostTable(IReadOnlyCollection<KeyValuePair<string, VirtualHostRoutes>> hosts)
    {
        // At most half full, so that a search ends soon; there is always an empty place.
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, hosts.Count * 2));
        _entries = new Entry[size];
        foreach ((string name, VirtualHostRoutes routes) in hosts)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(name);
            int at = (int)(Hash(bytes) & (uint)(size - 1));
            while (_entries[at].Routes is not null)
            {
                at = (at + 1) & (size - 1);
            }

            _entries[at] = new Entry(bytes, routes);
        }
    }

    /// <summary>Null when the name is not there as it is written.</summary>
    public VirtualHostRoutes? Find(ReadOnlySpan<byte> name)
    {
        Entry[] entries = _entries;
        uint mask = (uint)(entries.Length - 1);
        for (uint at = Hash(name) & mask; ; at = (at + 1) & mask)
        {
            ref readonly Entry entry = ref entries[at];
            if (entry.Routes is null || name.SequenceEqual(entry.Name))
            {
                return entry.Routes;
            }
        }
    }

    // The names are our own configuration's, so nobody can make them collide; a request only meets those that are there.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length;
        for (; name.Length >= sizeof(ulong); name = name[sizeof(ulong)..])
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name));
        }

        ulong rest = 0;
        for (int i = 0; i < name.Length; i++)
        {
            rest |= (ulong)name[i] << (i * 8);
        }

        return (uint)(Mix(hash ^ rest) >> 32);
    }

    private static ulong Mix(ulong value) => BitOperations.RotateLeft(value * 0x9E37_79B9_7F4A_7C15, 31);

    private readonly record struct Entry(byte[] Name, VirtualHostRoutes? Routes);
}
