namespace Lateen.Engine.Tests.Tls;

using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Testing;

public sealed class TlsLoopbackTests
{
    private const int WarmUp = 1_000;
    private const int Measured = 5_000;

    [Theory]
    [InlineData(LoopBackend.Epoll)]
    [InlineData(LoopBackend.IoUring)]
    public void Exchanges_over_a_real_socket_allocate_nothing(LoopBackend backend)
    {
        using var authority = new TestAuthority();
        using var fixture = new LoopbackFixture(backend);
        TlsServerContext server = TlsFixture.Context(new TlsServerSettings
        {
            Common = new TlsContextSettings { Certificates = [TlsFixture.Pair(authority.Issue("dns:server.test"))] },
        });
        TlsClientContext client = TlsFixture.Context(
            new TlsContextSettings { Validation = new TlsValidation { TrustedCa = authority.Pem } });
        var caller = new Caller();

        fixture.OnLoop(loop =>
        {
            ListenSocket listener = loop.Listen(
                SocketAddress.V4(0x7F00_0001, 0), default, new DelegateAcceptHandler(c => server.Accept(c, new Echo())));
            var tls = new TlsClientOptions { Context = client, ServerName = "server.test", ExpectedName = "server.test" };
            loop.Connect(listener.LocalAddress, new ConnectOptions { Tls = tls }, caller);
        });
        fixture.Until(() => caller.Allocated >= 0);

        Assert.Equal(0, caller.Allocated);
    }

    private sealed class Echo : ConnectionHandler
    {
        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            connection.Write(data);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.Flush);

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }

    private sealed class Caller : ConnectionHandler
    {
        private readonly byte[] _message = new byte[3000];
        private long _before;
        private int _received;
        private int _rounds;

        public long Allocated { get; private set; } = -1;

        public override void OnConnected(Connection connection) => connection.Write(_message);

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            _received += data.Length;
            if (_received < _message.Length)
            {
                return data.Length;
            }

            _received = 0;
            _rounds++;
            _before = _rounds == WarmUp ? GC.GetAllocatedBytesForCurrentThread() : _before;
            if (_rounds < WarmUp + Measured)
            {
                connection.Write(_message);
            }
            else
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
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
}
