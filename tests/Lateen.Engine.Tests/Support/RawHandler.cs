namespace Lateen.Engine.Tests.Support;

using System.Text;
using Lateen.Engine.Transport;

/// <summary>Records what happens on a connection.</summary>
internal sealed class RawHandler : ConnectionHandler
{
    private readonly MemoryStream _received = new();

    public Connection? Connection { get; set; }

    public string Received => Encoding.Latin1.GetString(_received.ToArray());

    public long ReceivedBytes => _received.Length;

    public int DataCalls { get; private set; }

    public bool Connected { get; private set; }

    public bool EndOfStream { get; private set; }

    public ConnectFailure? Failure { get; private set; }

    public CloseReason? Closed { get; private set; }

    public int ClosedCalls { get; private set; }

    public int Blocked { get; private set; }

    public int Drained { get; private set; }

    /// <summary>Bytes consumed per call; null consumes everything.</summary>
    public Func<int, int>? Consume { get; set; }

    public Action<Connection>? WhenData { get; set; }

    public Action<Connection>? WhenConnected { get; set; }

    public Action<Connection>? WhenEnd { get; set; }

    public Action<Connection>? WhenDrained { get; set; }

    public override void OnConnected(Connection connection)
    {
        Connected = true;
        WhenConnected?.Invoke(connection);
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure) => Failure = failure;

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        DataCalls++;
        int count = Consume?.Invoke(data.Length) ?? data.Length;
        _received.Write(data[..count]);
        WhenData?.Invoke(connection);
        return count;
    }

    public override void OnEndOfStream(Connection connection)
    {
        EndOfStream = true;
        WhenEnd?.Invoke(connection);
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        Closed = reason;
        ClosedCalls++;
    }

    public override void OnWriteBlocked(Connection connection) => Blocked++;

    public override void OnWriteDrained(Connection connection)
    {
        Drained++;
        WhenDrained?.Invoke(connection);
    }
}
