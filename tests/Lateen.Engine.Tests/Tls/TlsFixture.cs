namespace Lateen.Engine.Tests.Tls;

using System.Text;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Testing;

/// <summary>A TLS server and clients of it on a simulated network.</summary>
internal sealed class TlsFixture : IDisposable
{
    public static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 443);

    public TlsFixture(int chunkBytes = 0)
    {
        Authority = new TestAuthority();
        Network = new SimulatedNetwork { ChunkBytes = chunkBytes };
        Loop = Network.CreateLoop();
        ServerSettings = new TlsServerSettings
        {
            Common = new TlsContextSettings
            {
                Certificates = [Pair(Authority.Issue("dns:server.test", "uri:spiffe://cluster.local/ns/a/sa/server"))],
                ApplicationProtocols = ["h2", "http/1.1"],
            },
        };
        ClientSettings = new TlsContextSettings
        {
            Validation = new TlsValidation { TrustedCa = Authority.Pem },
            ApplicationProtocols = ["http/1.1"],
        };
        Loop.Listen(Address, default, new DelegateAcceptHandler(Accept));
    }

    public TestAuthority Authority { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public TlsServerSettings ServerSettings { get; set; }

    public TlsContextSettings ClientSettings { get; set; }

    public TlsServerContext? ServerContext { get; set; }

    /// <summary>The handler of the last accepted connection.</summary>
    public RawHandler Server { get; private set; } = new();

    public Connection? ServerConnection { get; private set; }

    public RawHandler Client { get; private set; } = new();

    public Connection? ClientConnection { get; private set; }

    public Action<RawHandler>? Prepare { get; set; }

    public static TlsKeyPair Pair(TestCertificate certificate) => new() { Chain = certificate.Chain, Key = certificate.Key };

    public static TlsServerContext Context(TlsServerSettings settings)
    {
        Assert.True(TlsServerContext.TryCreate(settings, out TlsServerContext? context, out string error), error);
        return context;
    }

    public static TlsClientContext Context(TlsContextSettings settings, int maxSessions = 1)
    {
        Assert.True(TlsClientContext.TryCreate(settings, maxSessions, out TlsClientContext? context, out string error), error);
        return context;
    }

    /// <summary>Opens a connection and runs until nothing more happens.</summary>
    public TlsFixture Connect(TlsClientOptions? options = null, bool run = true)
    {
        Dial(Address, options ?? new TlsClientOptions { Context = Context(ClientSettings), ServerName = "server.test" });
        if (run)
        {
            Network.RunUntilIdle();
        }

        return this;
    }

    public void Dial(SocketAddress address, TlsClientOptions options)
    {
        Client = new RawHandler();
        ClientConnection = Loop.Connect(address, new ConnectOptions { Tls = options, TimeoutMicros = 5_000_000 }, Client);
        Client.Connection = ClientConnection;
    }

    public void Exchange(string request, string response)
    {
        ClientConnection?.Write(Encoding.Latin1.GetBytes(request));
        Network.RunUntilIdle();
        Assert.Equal(request, Server.Received);
        ServerConnection?.Write(Encoding.Latin1.GetBytes(response));
        Network.RunUntilIdle();
        Assert.Equal(response, Client.Received);
    }

    public void Dispose() => Authority.Dispose();

    private void Accept(Connection connection)
    {
        ServerContext ??= Context(ServerSettings);
        Server = new RawHandler();
        Prepare?.Invoke(Server);
        ServerConnection = ServerContext.Accept(connection, Server);
        Server.Connection = ServerConnection;
    }
}
