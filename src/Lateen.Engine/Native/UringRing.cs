namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>
/// One io_uring instance (man 7 io_uring). Made by any thread, then used by the one that calls <see cref="Enable"/>: the kernel runs
/// everything inside that thread's <see cref="Enter"/> and never interrupts it (IORING_SETUP_DEFER_TASKRUN, kernel 6.1).
/// </summary>
internal sealed unsafe class UringRing : IDisposable
{
    public const int OperationShift = 56;

    private const uint WantedSubmissions = 1024;
    private const uint WantedCompletions = 8192;
    private const uint SetupCompletionSize = 1u << 3;
    private const uint SetupDisabled = 1u << 6;
    private const uint SetupSubmitAll = 1u << 7;
    private const uint SetupSingleIssuer = 1u << 12;
    private const uint SetupDeferTaskRun = 1u << 13;
    private const uint EnterGetEvents = 1u << 0;
    private const uint EnterExtendedArgument = 1u << 3;
    private const uint EnterRegisteredRing = 1u << 4;
    private const uint CompletionOverflow = 1u << 1;
    private const int RegisterEnable = 12;
    private const int RegisterRingDescriptor = 20;
    private const nint EntriesOffset = 0x1000_0000;
    private const int CompletionBytes = 16;

    // A full queue that the kernel does not take from, again and again, means that the process has no kernel memory left.
    private const int MaxSubmitAttempts = 1000;

    private readonly int _fd;
    private readonly UringParameters _parameters;
    private readonly byte* _rings;
    private readonly nint _ringsBytes;
    private readonly UringEntry* _entries;
    private readonly UringCompletion* _completions;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _submissionMask;
    private readonly uint _completionMask;
    private int _enterDescriptor;
    private uint _enterFlags = EnterGetEvents;
    private uint _tail;
    private bool _disposed;

    private UringRing(int fd, in UringParameters parameters, byte* rings, nint ringsBytes, void* entries, UringBuffers buffers)
    {
        _fd = fd;
        _enterDescriptor = fd;
        _parameters = parameters;
        _rings = rings;
        _ringsBytes = ringsBytes;
        _entries = (UringEntry*)entries;
        _completions = (UringCompletion*)(rings + parameters.Completion.DroppedOrEntries);
        _submissionHead = (uint*)(rings + parameters.Submission.Head);
        _submissionTail = (uint*)(rings + parameters.Submission.Tail);
        _submissionFlags = (uint*)(rings + parameters.Submission.FlagsOrOverflow);
        _completionHead = (uint*)(rings + parameters.Completion.Head);
        _completionTail = (uint*)(rings + parameters.Completion.Tail);
        _submissionMask = parameters.SubmissionEntries - 1;
        _completionMask = parameters.CompletionEntries - 1;
        Buffers = buffers;
        Arguments = new UringArguments((int)parameters.SubmissionEntries);

        // Entries are used in their order, so the indirection stays as it is.
        uint* indices = (uint*)(rings + parameters.Submission.ArrayOrFlags);
        for (uint i = 0; i < parameters.SubmissionEntries; i++)
        {
            indices[i] = i;
        }
    }

    public UringBuffers Buffers { get; }

    public UringArguments Arguments { get; }

    /// <summary>How often the submission queue was full in the middle of a turn.</summary>
    public long FullSubmissions { get; private set; }

    /// <summary>Completions that can be taken now.</summary>
    public uint Ready => Volatile.Read(ref *_completionTail) - *_completionHead;

    /// <summary>The kernel keeps completions back, because the queue was full.</summary>
    public bool HasOverflowed => (Volatile.Read(ref *_submissionFlags) & CompletionOverflow) != 0;

    /// <summary>All that was submitted has been started, and whatever completed at once can be seen.</summary>
    public bool IsSettled => Volatile.Read(ref *_submissionHead) == _tail && !HasOverflowed;

    private uint Entries => _parameters.SubmissionEntries;

    /// <summary>Null, and why, when the kernel lacks something or forbids it.</summary>
    public static UringRing? TryCreate(out string why)
    {
        UringParameters parameters = default;
        parameters.Flags = SetupSingleIssuer | SetupDeferTaskRun | SetupSubmitAll | SetupDisabled | SetupCompletionSize;
        parameters.CompletionEntries = WantedCompletions;
        int fd = (int)Libc.io_uring_setup(Libc.SetupNumber, WantedSubmissions, &parameters);
        if (fd < 0)
        {
            why = UringSupport.Explain(Libc.Errno);
            return null;
        }

        if (UringSupport.FindMissing(fd, parameters.Features) is { } missing)
        {
            why = missing;
            NativeSocket.Close(fd);
            return null;
        }

        UringBuffers? buffers = UringBuffers.TryRegister(fd, out int error);
        nint bytes = (nint)Math.Max(
            parameters.Submission.ArrayOrFlags + (parameters.SubmissionEntries * sizeof(uint)),
            parameters.Completion.DroppedOrEntries + (parameters.CompletionEntries * CompletionBytes));
        void* rings = Libc.mmap(null, bytes, Libc.ReadWrite, Libc.SharedPopulated, fd, 0);
        void* entries = Libc.mmap(null, EntriesBytes(parameters), Libc.ReadWrite, Libc.SharedPopulated, fd, EntriesOffset);
        if (buffers is null || (nint)rings == -1 || (nint)entries == -1)
        {
            why = buffers is null ? $"buffer rings: {UringSupport.Explain(-error)}" : "no memory for the rings";
            buffers?.Dispose();
            NativeSocket.Close(fd);
            return null;
        }

        why = "";
        return new UringRing(fd, parameters, (byte*)rings, bytes, entries, buffers);
    }

    /// <summary>Binds the ring to the calling thread.</summary>
    public void Enable()
    {
        if (Libc.io_uring_register(Libc.RegisterNumber, _fd, RegisterEnable, null, 0) < 0)
        {
            throw new IOException($"io_uring_register failed with errno {Libc.Errno} on enabling the ring.");
        }

        // struct io_uring_rsrc_update: any free index, and the descriptor. Saves a look-up per turn; without it all works the same.
        ulong* update = stackalloc ulong[2];
        update[0] = uint.MaxValue;
        update[1] = (ulong)_fd;
        if (Libc.io_uring_register(Libc.RegisterNumber, _fd, RegisterRingDescriptor, update, 1) == 1)
        {
            _enterDescriptor = (int)(uint)update[0];
            _enterFlags |= EnterRegisteredRing;
        }
    }

    /// <summary>Submits all, then waits for a completion: not at all with 0, without limit with -1. A negative errno on failure.</summary>
    public int Enter(long waitMicros)
    {
        Buffers.Publish();
        Volatile.Write(ref *_submissionTail, _tail);
        uint count = _tail - Volatile.Read(ref *_submissionHead);
        if (waitMicros <= 0)
        {
            uint minimum = waitMicros < 0 ? 1u : 0u;
            return Result(Libc.io_uring_enter(Libc.EnterNumber, _enterDescriptor, count, minimum, _enterFlags, null, 0));
        }

        // struct __kernel_timespec and struct io_uring_getevents_arg
        long* time = stackalloc long[2];
        time[0] = waitMicros / 1_000_000;
        time[1] = waitMicros % 1_000_000 * 1000;
        ulong* argument = stackalloc ulong[3];
        argument[0] = 0;
        argument[1] = 0;
        argument[2] = (ulong)time;
        return Result(Libc.io_uring_enter(
            Libc.EnterNumber, _enterDescriptor, count, 1, _enterFlags | EnterExtendedArgument, argument, 3 * sizeof(ulong)));
    }

    public UringCompletion Take()
    {
        uint head = *_completionHead;
        UringCompletion completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, head + 1);
        return completion;
    }

    /// <summary>An empty entry to fill in; its index names its space in <see cref="Arguments"/>.</summary>
    public ref UringEntry Next(UringOperation operation, int slot, out int index)
    {
        if (_tail - Volatile.Read(ref *_submissionHead) == Entries)
        {
            MakeRoom();
        }

        index = (int)(_tail & _submissionMask);
        _tail++;
        ref UringEntry entry = ref _entries[index];
        entry = default;
        entry.UserData = UserData(operation, slot);
        return ref entry;
    }

    public static ulong UserData(UringOperation operation, int slot) => ((ulong)operation << OperationShift) | (uint)slot;

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _ = Libc.munmap(_rings, _ringsBytes);
            _ = Libc.munmap(_entries, EntriesBytes(_parameters));
            NativeSocket.Close(_fd);
            Buffers.Dispose();
            Arguments.Dispose();
        }
    }

    private void MakeRoom()
    {
        FullSubmissions++;
        for (int i = 0; i < MaxSubmitAttempts; i++)
        {
            int result = Enter(0);
            if (_tail - Volatile.Read(ref *_submissionHead) < Entries)
            {
                return;
            }

            if (result is < 0 and not (-Errno.Interrupted or -Errno.WouldBlock or -Errno.Busy))
            {
                break;
            }
        }

        Environment.FailFast("The kernel takes no more io_uring submissions.");
    }

    private static nint EntriesBytes(in UringParameters parameters) => (nint)parameters.SubmissionEntries * sizeof(UringEntry);

    private static int Result(nint value) => value < 0 ? -Libc.Errno : (int)value;
}
