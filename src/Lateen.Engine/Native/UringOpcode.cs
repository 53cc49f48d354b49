namespace Lateen.Engine.Native;

/// <summary>IORING_OP_* of linux/io_uring.h.</summary>
internal static class UringOpcode
{
    public const byte PollAdd = 6;
    public const byte SendMessage = 9;
    public const byte Accept = 13;
    public const byte Cancel = 14;
    public const byte Connect = 16;
    public const byte Read = 22;
    public const byte Send = 26;
    public const byte Receive = 27;
}
