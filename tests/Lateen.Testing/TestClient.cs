namespace Lateen.Testing;

using System.Globalization;
using System.Text;
using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;

/// <summary>A client's connection to a proxy; carries one request after the other, or raw bytes.</summary>
public sealed class TestClient : ConnectionHandler
{
    private readonly SimulatedNetwork _network;
    private readonly Connection _connection;
    private readonly StringBuilder _received = new();
    private readonly Queue<TestCall> _calls = new();

    /// <summary>Starts to connect; run the network to go on.</summary>
    public TestClient(SimulatedNetwork network, EventLoop loop, SocketAddress address, TlsClientOptions? tls = null)
    {
        _network = network;
        _connection = loop.Connect(address, new ConnectOptions { Tls = tls }, this);
    }

    /// <summary>What was agreed with the proxy; null for plaintext and before the handshake is done.</summary>
    public TlsSession? Tls => _connection.Tls;

    /// <summary>The connection, or its handshake, failed.</summary>
    public bool HasFailed { get; private set; }

    public bool IsClosed { get; private set; }

    public bool SawEnd { get; private set; }

    public CloseReason? Reason { get; private set; }

    /// <summary>Bytes that belonged to no awaited response.</summary>
    public string Received => _received.ToString();

    public TestCall Send(string requestLine, params string[] headers) => SendBody(requestLine, "", headers);

    public TestCall SendBody(string requestLine, string body, params string[] headers)
    {
        var text = new StringBuilder(requestLine).Append(" HTTP/1.1\r\n");
        if (!headers.Any(static h => h.StartsWith("host:", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append("host: example.com\r\n");
        }

        foreach (string header in headers)
        {
            text.Append(header).Append("\r\n");
        }

        if (body.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"content-length: {body.Length}\r\n");
        }

        var call = new TestCall { IsHead = requestLine.StartsWith("HEAD ", StringComparison.Ordinal) };
        _calls.Enqueue(call);
        Write(text.Append("\r\n").Append(body).ToString());
        return call;
    }

    /// <summary>Sends bytes as they are and runs until nothing moves.</summary>
    public void Write(string text)
    {
        _connection.Write(Encoding.Latin1.GetBytes(text));
        _network.RunUntilIdle();
    }

    public void ShutdownWrite()
    {
        _connection.ShutdownWrite();
        _network.RunUntilIdle();
    }

    public void Close(CloseMode mode = CloseMode.NoFlush)
    {
        _connection.Close(mode);
        _network.RunUntilIdle();
    }

    public void PauseReading() => _connection.PauseReading();

    public void ResumeReading()
    {
        _connection.ResumeReading();
        _network.RunUntilIdle();
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        _received.Append(Encoding.Latin1.GetString(data));
        while (_calls.TryPeek(out TestCall? call)
            && TestMessage.TryParse(_received.ToString(), !call.IsHead, out TestMessage? message))
        {
            _received.Remove(0, message.Length);
            int status = int.Parse(message.StartLine.Split(' ')[1], CultureInfo.InvariantCulture);
            if (status == 100)
            {
                continue;
            }

            _calls.Dequeue();
            call.Complete(new TestResponse(status, message.Headers, message.Body), _network.NowMicros);
        }

        return data.Length;
    }

    public override void OnEndOfStream(Connection connection)
    {
        SawEnd = true;
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        IsClosed = true;
        Reason = reason;
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure) => IsClosed = HasFailed = true;
}
