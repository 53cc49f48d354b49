namespace Lateen.Engine.Tests.Support;

using System.Runtime.InteropServices;

/// <summary>A seccomp filter for one thread, as a sandbox has it for a whole process (man 2 seccomp).</summary>
internal static class SystemCallFilter
{
    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const int FilterMode = 2;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7fff_0000;
    private const uint Fail = 0x0005_0000;

    /// <summary>Runs on a thread for which the calls fail with the errno; an exception comes out here.</summary>
    public static void RunWithout(ReadOnlySpan<uint> calls, int errno, Action action)
    {
        uint[] numbers = calls.ToArray();
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                Install(numbers, errno);
                action();
            }
            catch (Exception e)
            {
                fault = e;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null)
        {
            throw new InvalidOperationException("On the thread with the filter: " + fault, fault);
        }
    }

    // The number of the call is the first word of what a filter looks at; it is the same on every architecture for the calls used here.
    private static void Install(uint[] calls, int errno)
    {
        var program = new List<Instruction> { new(LoadWord, 0, 0, 0) };
        foreach (uint call in calls)
        {
            program.Add(new(JumpIfEqual, 0, 1, call));
            program.Add(new(Return, 0, 0, Fail | (uint)errno));
        }

        program.Add(new(Return, 0, 0, Allow));
        Instruction[] instructions = [.. program];
        GCHandle pinned = GCHandle.Alloc(instructions, GCHandleType.Pinned);
        try
        {
            var header = new Program((ushort)instructions.Length, pinned.AddrOfPinnedObject());
            Assert.Equal(0, prctl(SetNoNewPrivileges, 1, 0, 0, 0));
            Assert.Equal(0, prctl(SetSeccomp, FilterMode, ref header, 0, 0));
        }
        finally
        {
            pinned.Free();
        }
    }

    [DllImport("libc")]
    private static extern int prctl(int option, nint second, nint third, nint fourth, nint fifth);

    [DllImport("libc")]
    private static extern int prctl(int option, nint second, ref Program third, nint fourth, nint fifth);

    // struct sock_filter and struct sock_fprog of linux/filter.h
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte WhenTrue, byte WhenFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Program(ushort Length, nint Instructions);
}
