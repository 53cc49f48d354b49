namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;
using Lateen.Engine.Buffers;
using Lateen.Engine.Transport;

/// <summary>Writes the operations that the engine uses into a ring's submission queue.</summary>
internal sealed unsafe class UringSubmissions(UringRing ring) : IDisposable
{
    private const byte SelectBuffer = 1 << 5;
    private const byte SkipSuccess = 1 << 6;
    private const ushort PollFirst = 1;
    private const ushort ReceiveMultishot = 2;
    private const ushort AcceptMultishot = 1;
    private const uint PollMultishot = 1;
    private const uint MessageDontWait = 0x40;
    private const uint MessageWaitAll = 0x100;
    private const uint MessageNoSignal = 0x4000;
    private const uint CloseOnExec = 0x80000;

    private ulong* _wakeCount = (ulong*)NativeMemory.AllocZeroed(sizeof(ulong));

    /// <summary>Receives again and again into the ring's buffers, until cancelled, ended or out of buffers.</summary>
    public void Receive(UringOperation operation, int fd, int slot, bool nothingYet)
    {
        ref UringEntry entry = ref ring.Next(operation, slot, out _);
        entry.Opcode = UringOpcode.Receive;
        entry.Flags = SelectBuffer;
        entry.Priority = (ushort)(ReceiveMultishot | (nothingYet ? PollFirst : 0));
        entry.Descriptor = fd;
    }

    /// <summary>
    /// Sends the front of a queue and returns the bytes lent for it. Inline: the send is over when the kernel has taken the entry, and
    /// only a short one (MSG_WAITALL makes it a failure) or an error completes. Otherwise it waits for room and completes always.
    /// </summary>
    public int Send(int fd, int slot, in OutputQueue queue, bool inline)
    {
        ref UringEntry entry = ref ring.Next(inline ? UringOperation.InlineSend : UringOperation.WaitingSend, slot, out int place);
        entry.Descriptor = fd;
        entry.Flags = inline ? SkipSuccess : (byte)0;
        entry.Priority = inline ? (ushort)0 : PollFirst;
        entry.OperationFlags = inline ? MessageNoSignal | MessageDontWait | MessageWaitAll : MessageNoSignal;
        if (queue.RunCount == 1)
        {
            ReadOnlySpan<byte> run = queue.First;
            entry.Opcode = UringOpcode.Send;
            entry.Address = UringArguments.AddressOf(run);
            entry.Length = (uint)run.Length;
            return run.Length;
        }

        entry.Opcode = UringOpcode.SendMessage;
        entry.Address = ring.Arguments.Message(place, queue, out int length);
        entry.Length = 1;
        return length;
    }

    public void Connect(int fd, int slot, in SocketAddress remote)
    {
        ref UringEntry entry = ref ring.Next(UringOperation.Connect, slot, out int place);
        entry.Opcode = UringOpcode.Connect;
        entry.Descriptor = fd;
        entry.Address = ring.Arguments.Address(place, remote, out int length);
        entry.Offset = (ulong)length;
    }

    /// <summary>Accepts until cancelled or failed.</summary>
    public void Accept(int fd, int slot)
    {
        ref UringEntry entry = ref ring.Next(UringOperation.Accept, slot, out _);
        entry.Opcode = UringOpcode.Accept;
        entry.Descriptor = fd;
        entry.Priority = AcceptMultishot;
        entry.OperationFlags = CloseOnExec;
    }

    /// <summary>
    /// Tells of an error or hangup on a socket that nobody reads. POLLERR, POLLHUP and POLLRDHUP are always reported; a half-closed socket
    /// has the last one at once, so the poll goes on after what it finds.
    /// </summary>
    public void PollErrors(int fd, int slot)
    {
        ref UringEntry entry = ref ring.Next(UringOperation.Poll, slot, out _);
        entry.Opcode = UringOpcode.PollAdd;
        entry.Descriptor = fd;
        entry.Length = PollMultishot;
    }

    public void Cancel(UringOperation operation, int slot)
    {
        ref UringEntry entry = ref ring.Next(UringOperation.Cancel, slot, out _);
        entry.Opcode = UringOpcode.Cancel;
        entry.Descriptor = -1;
        entry.Address = UringRing.UserData(operation, slot);
    }

    /// <summary>Completes when another thread has signalled the event.</summary>
    public void AwaitWake(int eventDescriptor)
    {
        ref UringEntry entry = ref ring.Next(UringOperation.Wake, 0, out _);
        entry.Opcode = UringOpcode.Read;
        entry.Descriptor = eventDescriptor;
        entry.Address = (ulong)_wakeCount;
        entry.Length = sizeof(ulong);
        entry.Offset = ulong.MaxValue;
    }

    public void Dispose()
    {
        NativeMemory.Free(_wakeCount);
        _wakeCount = null;
    }
}
