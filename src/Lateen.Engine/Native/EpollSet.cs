namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>One epoll instance (man 7 epoll) with its event buffer. User data is a descriptor and its generation.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint Hangup = 0x010;
    public const uint ReadHangup = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int MaxEvents = 512;
    private const int OperationAdd = 1;
    private const int OperationDelete = 2;
    private const int CloseOnExec = 0x80000;

    private readonly int _fd;
    private readonly int _eventSize;
    private readonly int _dataOffset;
    private byte* _events;

    public EpollSet()
    {
        // sys/epoll.h packs struct epoll_event on x86-64 only.
        bool packed = RuntimeInformation.ProcessArchitecture is Architecture.X64;
        _eventSize = packed ? 12 : 16;
        _dataOffset = packed ? 4 : 8;
        _fd = Libc.epoll_create1(CloseOnExec);
        if (_fd < 0)
        {
            throw new IOException($"epoll_create1 failed with errno {Libc.Errno}; raise the limit on open files.");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(_eventSize * MaxEvents));
    }

    public int Add(int fd, uint generation, uint events)
    {
        byte* description = stackalloc byte[16];
        *(uint*)description = events;
        *(ulong*)(description + _dataOffset) = ((ulong)generation << 32) | (uint)fd;
        return Libc.epoll_ctl(_fd, OperationAdd, fd, description) < 0 ? -Libc.Errno : 0;
    }

    public void Remove(int fd)
    {
        byte* unused = stackalloc byte[16];
        _ = Libc.epoll_ctl(_fd, OperationDelete, fd, unused);
    }

    /// <summary>Number of ready events, or a negative errno.</summary>
    public int Wait(int timeoutMs)
    {
        int count = Libc.epoll_wait(_fd, _events, MaxEvents, timeoutMs);
        return count < 0 ? -Libc.Errno : count;
    }

    public uint EventsAt(int index) => *(uint*)(_events + (index * _eventSize));

    public int DescriptorAt(int index) => (int)(uint)DataAt(index);

    public uint GenerationAt(int index) => (uint)(DataAt(index) >> 32);

    public void Dispose()
    {
        if (_events is not null)
        {
            NativeMemory.Free(_events);
            _events = null;
            NativeSocket.Close(_fd);
        }
    }

    private ulong DataAt(int index) => *(ulong*)(_events + (index * _eventSize) + _dataOffset);
}
