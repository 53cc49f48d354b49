namespace Lateen.Local.Native;

using System.Runtime.InteropServices;

/// <summary>
/// One end of a unix SOCK_SEQPACKET pair: whole messages, each with the descriptors that belong to it (unix(7), SCM_RIGHTS).
/// Receiving blocks and wants its own thread.
/// </summary>
internal sealed class DescriptorChannel(int descriptor) : IDisposable
{
    internal const int MaxMessageBytes = 128 * 1024;
    private const int MaxDescriptors = 16;
    private readonly Lock _sending = new();
    private int _closed;

    internal int Descriptor { get; } = descriptor;

    internal static unsafe (int First, int Second) CreatePair()
    {
        const int unix = 1, sequencedPackets = 5, closeOnExec = 0x80000;
        int* pair = stackalloc int[2];
        LinuxCalls.Check(LinuxCalls.SocketPair(unix, sequencedPackets | closeOnExec, 0, pair), "socketpair");
        return (pair[0], pair[1]);
    }

    internal unsafe void Send(ReadOnlySpan<byte> message, ReadOnlySpan<int> descriptors)
    {
        if (message.Length > MaxMessageBytes || descriptors.Length > MaxDescriptors)
        {
            throw new ArgumentException($"A control message holds at most {MaxMessageBytes} bytes and {MaxDescriptors} descriptors.");
        }

        byte* control = stackalloc byte[ControlSpace(MaxDescriptors)];
        fixed (byte* data = message)
        {
            IoVector vector = new() { Base = data, Length = (nuint)message.Length };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                ControlHeader* rights = (ControlHeader*)control;
                rights->Length = (nuint)(sizeof(ControlHeader) + (descriptors.Length * sizeof(int)));
                rights->Level = 1;
                rights->Type = 1;
                descriptors.CopyTo(new Span<int>(control + sizeof(ControlHeader), MaxDescriptors));
                header.Control = control;
                header.ControlLength = (nuint)ControlSpace(descriptors.Length);
            }

            const int noSignal = 0x4000;
            lock (_sending)
            {
                LinuxCalls.Check((int)LinuxCalls.SendMessage(Descriptor, &header, noSignal), "sendmsg on the control channel");
            }
        }
    }

    /// <summary>Waits for a message; null when the other end is gone.</summary>
    internal unsafe (byte[] Message, int[] Descriptors)? Receive()
    {
        byte[] buffer = new byte[MaxMessageBytes];
        byte* control = stackalloc byte[ControlSpace(MaxDescriptors)];
        fixed (byte* data = buffer)
        {
            IoVector vector = new() { Base = data, Length = (nuint)buffer.Length };
            MessageHeader header;
            nint received;
            do
            {
                header = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control,
                    ControlLength = (nuint)ControlSpace(MaxDescriptors) };
                const int closeOnExec = 0x40000000;
                received = LinuxCalls.ReceiveMessage(Descriptor, &header, closeOnExec);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == LinuxCalls.ErrorInterrupted);

            if (received <= 0)
            {
                return null;
            }

            int[] descriptors = [];
            ControlHeader* rights = (ControlHeader*)control;
            if (header.ControlLength >= (nuint)sizeof(ControlHeader) && rights->Level == 1 && rights->Type == 1)
            {
                int count = ((int)rights->Length - sizeof(ControlHeader)) / sizeof(int);
                descriptors = new ReadOnlySpan<int>(control + sizeof(ControlHeader), count).ToArray();
            }

            return (buffer.AsSpan(0, (int)received).ToArray(), descriptors);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            // A thread blocked in recvmsg is only woken by shutdown, not by close.
            _ = LinuxCalls.Shutdown(Descriptor, 2);
        }
    }

    private static unsafe int ControlSpace(int descriptors) => sizeof(ControlHeader) + ((descriptors * sizeof(int) + 7) & ~7);

    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    private unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
