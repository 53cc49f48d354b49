namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>Connects, and if asked to, sends some bytes and waits for others.</summary>
internal sealed class TcpHealthCheckSession(HealthChecker checker, Host host, TcpHealthCheckConfig config)
    : HealthCheckSession(checker, host)
{
    // What a host may say before it has said the right thing.
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly List<byte> _answer = [];
    private Link? _link;

    protected override void Send()
    {
        _answer.Clear();
        if (_link is { Connection: { IsOpen: true } connection })
        {
            connection.Write(config.Send);
            return;
        }

        _link = new Link(this);
        _link.Connection = Loop.Connect(Target, Options(protocol: null), _link);
    }

    protected override void Abandon()
    {
        Link? link = _link;
        _link = null;
        link?.Connection?.Close(CloseMode.NoFlush);
    }

    private void OnConnected(Connection connection)
    {
        if (config.Receive.Count == 0)
        {
            // To have connected is all that is asked; the next check connects again.
            Abandon();
            Succeed(degraded: false);
            return;
        }

        connection.Write(config.Send);
    }

    private void OnAnswer(ReadOnlySpan<byte> data)
    {
        _answer.AddRange(data);
        if (PayloadMatch.Holds(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_answer), config.Receive))
        {
            _answer.Clear();
            if (!Config.ReuseConnection)
            {
                Abandon();
            }

            Succeed(degraded: false);
        }
        else if (_answer.Count > MaxAnswerBytes)
        {
            Abandon();
            Fail(HealthFailure.Answer);
        }
    }

    private void OnGone(Link link)
    {
        if (ReferenceEquals(_link, link))
        {
            _link = null;
            Fail(HealthFailure.Network);
        }
    }

    // One connection; what an abandoned one still says is not heard.
    private sealed class Link(TcpHealthCheckSession session) : ConnectionHandler
    {
        public Connection? Connection { get; set; }

        private bool IsCurrent => ReferenceEquals(session._link, this);

        public override void OnConnected(Connection connection)
        {
            Connection = connection;
            if (IsCurrent)
            {
                session.OnConnected(connection);
            }
        }

        public override void OnConnectFailed(Connection connection, ConnectFailure failure) => session.OnGone(this);

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            if (IsCurrent)
            {
                session.OnAnswer(data);
            }

            return data.Length;
        }

        public override void OnEndOfStream(Connection connection)
        {
            session.OnGone(this);
            connection.Close(CloseMode.NoFlush);
        }

        public override void OnClosed(Connection connection, CloseReason reason) => session.OnGone(this);
    }
}
