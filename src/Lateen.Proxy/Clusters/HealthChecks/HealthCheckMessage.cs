namespace Lateen.Proxy.Clusters.HealthChecks;

using System.Buffers.Binary;
using System.Text;

/// <summary>The two messages of grpc.health.v1.Health/Check, each one field long, in their gRPC frames.</summary>
internal static class HealthCheckMessage
{
    private const int FrameHeaderBytes = 5;
    private const byte ServiceField = (1 << 3) | 2;
    private const byte StatusField = 1 << 3;
    private const byte Serving = 1;

    public static byte[] Request(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>();
        if (name.Length > 0)
        {
            message.Add(ServiceField);
            for (int left = name.Length; ; left >>= 7)
            {
                message.Add((byte)(left < 0x80 ? left : left | 0x80));
                if (left < 0x80)
                {
                    break;
                }
            }

            message.AddRange(name);
        }

        var frame = new byte[FrameHeaderBytes + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, FrameHeaderBytes);
        return frame;
    }

    /// <summary>Exactly one uncompressed frame, whose message says SERVING; an empty message says UNKNOWN.</summary>
    public static bool IsServing(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHeaderBytes + 2 || frame[0] != 0
            || BinaryPrimitives.ReadInt32BigEndian(frame[1..]) != frame.Length - FrameHeaderBytes)
        {
            return false;
        }

        return frame[FrameHeaderBytes] == StatusField && frame[FrameHeaderBytes + 1] == Serving;
    }
}
