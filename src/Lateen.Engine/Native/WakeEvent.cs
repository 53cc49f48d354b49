namespace Lateen.Engine.Native;

/// <summary>An eventfd (man 2 eventfd) that wakes a sleeping loop from another thread.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    public WakeEvent(bool blocking)
    {
        Descriptor = Libc.eventfd(0, blocking ? CloseOnExec : NonBlocking | CloseOnExec);
        if (Descriptor < 0)
        {
            throw new IOException($"eventfd failed with errno {Libc.Errno}; raise the limit on open files.");
        }
    }

    public int Descriptor { get; }

    public void Signal()
    {
        ulong one = 1;
        _ = Libc.write(Descriptor, &one, sizeof(ulong));
    }

    public void Clear()
    {
        ulong count;
        _ = Libc.read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose() => NativeSocket.Close(Descriptor);
}
