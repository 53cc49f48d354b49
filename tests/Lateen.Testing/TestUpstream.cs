namespace Lateen.Testing;

using System.Text;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// A fake application behind the proxy. It speaks just enough HTTP/1.1 by hand, so that it does not share the codec it tests.
/// By default it answers 200 at once.
/// </summary>
public sealed class TestUpstream
{
    private readonly EventLoop _loop;
    private ListenSocket? _socket;

    public TestUpstream(EventLoop loop, SocketAddress address)
    {
        _loop = loop;
        Address = address;
        Start();
    }

    public SocketAddress Address { get; }

    public int RequestCount => Requests.Count;

    public int ConnectionCount { get; private set; }

    public List<TestRequest> Requests { get; } = [];

    public List<TestUpstreamConnection> Connections { get; } = [];

    /// <summary>What to answer; null answers nothing (the request hangs).</summary>
    public Func<TestRequest, string?> Answer { get; set; } = static _ => Response(200, "ok");

    /// <summary>Answer without parsing: bytes go to this handler instead.</summary>
    public Action<TestUpstreamConnection, byte[]>? Raw { get; set; }

    /// <summary>Called when a connection is accepted, for servers that speak first.</summary>
    public Action<TestUpstreamConnection>? Accepted { get; set; }

    /// <summary>Off in allocation tests.</summary>
    public bool Keeps { get; set; } = true;

    public static string Response(int status, string body = "", params string[] headers)
    {
        var text = new StringBuilder($"HTTP/1.1 {status} X\r\ncontent-length: {body.Length}\r\n");
        foreach (string header in headers)
        {
            text.Append(header).Append("\r\n");
        }

        return text.Append("\r\n").Append(body).ToString();
    }

    /// <summary>Refuses connections until <see cref="Start"/>; open ones stay.</summary>
    public void Stop()
    {
        _socket?.Close();
        _socket = null;
    }

    public void Start() => _socket ??= _loop.Listen(Address, default, new Acceptor(this));

    private sealed class Acceptor(TestUpstream upstream) : AcceptHandler
    {
        public override void OnAccepted(Connection connection)
        {
            upstream.ConnectionCount++;
            var accepted = new TestUpstreamConnection(upstream, connection);
            upstream.Connections.Add(accepted);
            upstream.Accepted?.Invoke(accepted);
        }
    }
}
