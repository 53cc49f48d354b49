namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Net;
using System.Net.Sockets;
using System.Text;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>What connections cost in memory.</summary>
public sealed class FootprintTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const int Warm = 500;
    private const int Connections = 8_000;
    private const int AtATime = 50;

    private static readonly byte[] s_request = Encoding.ASCII.GetBytes("GET /status/200 HTTP/1.1\r\nhost: idle\r\nuser-agent: test\r\n\r\n");

    // Descriptors of this process and of the proxy are limited too, so it is 8,000 here; `make bench` takes 10,000.
    [Fact]
    public async Task Thousands_of_idle_connections_that_served_a_request_each_take_at_most_4_KiB()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        var open = new List<Socket>();
        try
        {
            await OpenAsync(proxy, open, Warm);
            long before = proxy.ResidentBytes;
            await OpenAsync(proxy, open, Warm + Connections);
            long each = (proxy.ResidentBytes - before) / Connections;

            Assert.Equal(Warm + Connections, await proxy.StatAsync("http.http.downstream_cx_active"));
            Assert.InRange(each, 0, 4096);
        }
        finally
        {
            open.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task OpenAsync(ProxyUnderTest proxy, List<Socket> open, int count)
    {
        while (open.Count < count)
        {
            int more = Math.Min(AtATime, count - open.Count);
            open.AddRange(await Task.WhenAll(Enumerable.Range(0, more).Select(_ => OpenAsync(proxy.Port()))));
        }
    }

    private static async Task<Socket> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(s_request);
        byte[] answer = new byte[1024];
        int count = await socket.ReceiveAsync(answer);
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, count), StringComparison.Ordinal);
        return socket;
    }
}
