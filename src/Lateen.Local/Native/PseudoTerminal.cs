namespace Lateen.Local.Native;

using Microsoft.Win32.SafeHandles;

/// <summary>A terminal allocated from a container's own devpts (pts(4)), so that the shell inside can name it.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle _main;

    private PseudoTerminal(SafeFileHandle main, int number)
    {
        (_main, Number) = (main, number);
        Stream = new FileStream(main, FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>The N of /dev/pts/N inside the container.</summary>
    internal int Number { get; }

    internal FileStream Stream { get; }

    internal static unsafe PseudoTerminal Open(int containerProcess)
    {
        const nuint setLock = 0x40045431, getNumber = 0x80045430;
        int flags = LinuxCalls.OpenReadWrite | LinuxCalls.OpenNoTerminal | LinuxCalls.OpenCloseOnExec;
        int descriptor = LinuxCalls.Check(LinuxCalls.Open($"/proc/{containerProcess}/root/dev/pts/ptmx", flags), "open a terminal");
        SafeFileHandle main = new(descriptor, ownsHandle: true);
        int unlocked = 0, number = 0;
        LinuxCalls.Check(LinuxCalls.DeviceControl(descriptor, setLock, &unlocked), "unlock the terminal");
        LinuxCalls.Check(LinuxCalls.DeviceControl(descriptor, getNumber, &number), "name the terminal");
        return new PseudoTerminal(main, number);
    }

    internal unsafe void Resize(int columns, int rows)
    {
        const nuint setSize = 0x5414;
        ushort* size = stackalloc ushort[4] { (ushort)rows, (ushort)columns, 0, 0 };
        _ = LinuxCalls.DeviceControl((int)_main.DangerousGetHandle(), setSize, size);
    }

    public void Dispose()
    {
        Stream.Dispose();
        _main.Dispose();
    }
}
