namespace Lateen.Engine.Native;

/// <summary>Finds out whether this kernel, and whoever confines us, lets us use io_uring the way we need it.</summary>
internal static unsafe class UringSupport
{
    private const int RegisterProbe = 8;
    private const int ProbeHeaderBytes = 16;
    private const int ProbeEntryBytes = 8;
    private const int MaxOpcodes = 256;
    private const ushort Supported = 1;

    // IORING_FEAT_*: one mapping, no dropped completions, stable submission, fast poll, extended argument, skipped completions.
    private const uint NeededFeatures = (1u << 0) | (1u << 1) | (1u << 2) | (1u << 5) | (1u << 8) | (1u << 11);

    private static ReadOnlySpan<byte> NeededOpcodes =>
    [
        UringOpcode.PollAdd, UringOpcode.SendMessage, UringOpcode.Accept, UringOpcode.Cancel, UringOpcode.Connect,
        UringOpcode.Read, UringOpcode.Send, UringOpcode.Receive,
    ];

    public static string Explain(int errno) => errno switch
    {
        Errno.NoSystemCall => "the kernel has no io_uring, or a sandbox hides it",
        Errno.NotPermitted or Errno.AccessDenied => "io_uring is forbidden here (kernel.io_uring_disabled or a seccomp profile)",
        Errno.InvalidArgument => "the kernel is older than 6.1",
        Errno.OutOfMemory => "no memory for the rings",
        Errno.TooManyFiles or Errno.TooManyFilesInSystem => "no descriptor left for the ring",
        _ => $"errno {errno}",
    };

    /// <summary>Names what a ring lacks; null when nothing.</summary>
    public static string? FindMissing(int ring, uint features)
    {
        if ((features & NeededFeatures) != NeededFeatures)
        {
            return $"the kernel's io_uring lacks features (0x{NeededFeatures & ~features:x})";
        }

        // A ring that is not enabled yet refuses to be entered, in words of its own; a sandbox has others.
        if (Libc.io_uring_enter(Libc.EnterNumber, ring, 0, 0, 0, null, 0) < 0 && Libc.Errno is not Errno.BadState and int refusal)
        {
            return $"it cannot be entered: {Explain(refusal)}";
        }

        byte* probe = stackalloc byte[ProbeHeaderBytes + (MaxOpcodes * ProbeEntryBytes)];
        if (Libc.io_uring_register(Libc.RegisterNumber, ring, RegisterProbe, probe, MaxOpcodes) < 0)
        {
            return $"its operations cannot be listed: {Explain(Libc.Errno)}";
        }

        int last = probe[0];
        foreach (byte opcode in NeededOpcodes)
        {
            ushort flags = *(ushort*)(probe + ProbeHeaderBytes + (opcode * ProbeEntryBytes) + 2);
            if (opcode > last || (flags & Supported) == 0)
            {
                return $"the kernel's io_uring lacks operation {opcode}";
            }
        }

        return null;
    }
}
