namespace Lateen.Filters.Tests.Sidecars;

using Lateen.Engine.Transport;

/// <summary>Sends the same request again and again without allocating.</summary>
internal sealed class SteadyClient : ConnectionHandler
{
    private Connection? _connection;

    public int Remaining { get; set; }

    public int Responses { get; private set; }

    public void Next() => _connection?.Write(
        "GET /reviews/0?u=1 HTTP/1.1\r\nhost: reviews:9080\r\nuser-agent: test\r\naccept: */*\r\n\r\n"u8);

    public override void OnConnected(Connection connection)
    {
        _connection = connection;
        Next();
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        if (!data.EndsWith("hello"u8))
        {
            return 0;
        }

        Responses += data.StartsWith("HTTP/1.1 200 OK\r\n"u8) ? 1 : 0;
        if (--Remaining > 0)
        {
            Next();
        }

        return data.Length;
    }

    public override void OnEndOfStream(Connection connection)
    {
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
    }
}
