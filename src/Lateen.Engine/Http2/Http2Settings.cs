namespace Lateen.Engine.Http2;

using System.Buffers.Binary;

/// <summary>What one SETTINGS frame of the peer says (RFC 9113 section 6.5.2); null where it says nothing.</summary>
internal ref struct Http2Settings
{
    public const int HeaderTableSize = 1;
    public const int EnablePush = 2;
    public const int MaxConcurrentStreams = 3;
    public const int InitialWindowSize = 4;
    public const int MaxFrameSize = 5;
    public const int MaxHeaderListSize = 6;
    public const int EnableConnectProtocol = 8;

    private const int EntryBytes = 6;
    private const int SmallestMaxFrameSize = 16_384;
    private const int LargestMaxFrameSize = (1 << 24) - 1;

    public int? TableBytes { get; private set; }

    public int? Streams { get; private set; }

    public int? WindowBytes { get; private set; }

    public int? FrameBytes { get; private set; }

    public bool? ConnectProtocol { get; private set; }

    /// <summary>Reads all entries, so that one that is repeated a thousand times costs no more than one; NoError when they are right.</summary>
    public Http2ErrorCode Read(ReadOnlySpan<byte> payload, bool fromServer)
    {
        for (; payload.Length >= EntryBytes; payload = payload[EntryBytes..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            Http2ErrorCode error = Accept(BinaryPrimitives.ReadUInt16BigEndian(payload), value, fromServer);
            if (error is not Http2ErrorCode.NoError)
            {
                return error;
            }
        }

        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode Accept(int identifier, uint value, bool fromServer)
    {
        int capped = (int)Math.Min(value, int.MaxValue);
        switch (identifier)
        {
            case HeaderTableSize:
                TableBytes = capped;
                return Http2ErrorCode.NoError;
            case EnablePush:
                // RFC 9113 section 6.5.2: a server that says 1 is wrong.
                return value > 1 || (fromServer && value != 0) ? Http2ErrorCode.ProtocolError : Http2ErrorCode.NoError;
            case MaxConcurrentStreams:
                Streams = capped;
                return Http2ErrorCode.NoError;
            case InitialWindowSize when value > int.MaxValue:
                return Http2ErrorCode.FlowControlError;
            case InitialWindowSize:
                WindowBytes = capped;
                return Http2ErrorCode.NoError;
            case MaxFrameSize when value is < SmallestMaxFrameSize or > LargestMaxFrameSize:
                return Http2ErrorCode.ProtocolError;
            case MaxFrameSize:
                FrameBytes = capped;
                return Http2ErrorCode.NoError;
            case EnableConnectProtocol when value > 1 || (ConnectProtocol is true && value == 0):
                // RFC 8441 section 3.
                return Http2ErrorCode.ProtocolError;
            case EnableConnectProtocol:
                ConnectProtocol = value == 1;
                return Http2ErrorCode.NoError;
            default:
                return Http2ErrorCode.NoError;
        }
    }
}
