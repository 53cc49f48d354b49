namespace Lateen.Proxy.Tests.Clusters;

using System.Buffers.Binary;
using System.Text;
using Lateen.Testing;

/// <summary>An upstream that speaks HTTP/2 by hand: it tells which streams came on which connection, and sends the frames it is told.</summary>
internal sealed class RawHttp2Host
{
    private const int HeaderBytes = 9;
    private const int PrefaceBytes = 24;

    private readonly Dictionary<TestUpstreamConnection, List<byte>> _pending = [];
    private readonly TestProxy _proxy;

    public RawHttp2Host(TestProxy proxy)
    {
        _proxy = proxy;
        proxy.Upstream.Accepted = OnAccepted;
        proxy.Upstream.Raw = OnBytes;
    }

    /// <summary>SETTINGS_MAX_CONCURRENT_STREAMS of connections to come; null says nothing of it.</summary>
    public int? MostStreams { get; set; }

    public List<(int Connection, int Stream)> Requests { get; } = [];

    public IReadOnlyList<TestUpstreamConnection> Connections => _proxy.Upstream.Connections;

    /// <summary>200 without a body.</summary>
    public void Answer(int connection, int stream) => Send(connection, 1, 5, stream, 0x88);

    public void Refuse(int connection, int stream) => Send(connection, 3, 0, stream, 0, 0, 0, 7);

    public void GoAway(int connection, int lastStream) =>
        Send(connection, 7, 0, 0, [.. Number(lastStream), 0, 0, 0, 0]);

    public void Allow(int connection, int streams) => Send(connection, 4, 0, 0, [0, 3, .. Number(streams)]);

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private void Send(int connection, byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = [.. Number((payload.Length << 8) | type), flags, .. Number(stream), .. payload];
        Connections[connection].Write(Encoding.Latin1.GetString(frame));
        _proxy.Run();
    }

    private void OnAccepted(TestUpstreamConnection connection)
    {
        _pending[connection] = [];
        byte[] settings = MostStreams is { } most ? [0, 3, .. Number(most)] : [];
        connection.Write(Encoding.Latin1.GetString([.. Number((settings.Length << 8) | 4), 0, .. Number(0), .. settings]));
    }

    private void OnBytes(TestUpstreamConnection connection, byte[] bytes)
    {
        List<byte> pending = _pending[connection];
        pending.AddRange(bytes);
        if (pending.Count >= PrefaceBytes && pending[0] == 'P')
        {
            pending.RemoveRange(0, PrefaceBytes);
        }

        while (pending.Count >= HeaderBytes && pending[0] != 'P')
        {
            byte[] frame = [.. pending];
            int length = BinaryPrimitives.ReadInt32BigEndian(frame) >>> 8;
            if (frame.Length < HeaderBytes + length)
            {
                return;
            }

            pending.RemoveRange(0, HeaderBytes + length);
            if (frame[3] == 1)
            {
                Requests.Add((_proxy.Upstream.Connections.IndexOf(connection), BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(5))));
            }
        }
    }
}
