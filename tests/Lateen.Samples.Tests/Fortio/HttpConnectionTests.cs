namespace Lateen.Samples.Tests.Fortio;

using System.Net;
using System.Net.Sockets;
using System.Text;
using Lateen.Samples.Fortio;

public sealed class HttpConnectionTests
{
    [Fact]
    public async Task Answers_with_length_and_in_chunks_share_one_socket()
    {
        await using Server server = new(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        using HttpConnection connection = server.Connect();

        HttpAnswer first = await connection.CallAsync();
        HttpAnswer second = await connection.CallAsync();

        Assert.Equal((200, 200, 1), (first.Code, second.Code, connection.SocketsUsed));
    }

    [Fact]
    public async Task After_an_error_a_new_socket_is_used()
    {
        await using Server server = new(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using HttpConnection connection = server.Connect();

        HttpAnswer first = await connection.CallAsync();
        HttpAnswer second = await connection.CallAsync();

        Assert.Equal((503, 200, 2), (first.Code, second.Code, connection.SocketsUsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    public async Task Half_an_answer_is_none(string answer)
    {
        await using Server server = new(answer);
        using HttpConnection connection = server.Connect();

        Assert.Equal(HttpAnswer.NoAnswer, (await connection.CallAsync()).Code);
    }

    /// <summary>Gives the prepared answers in turn, on however many connections; after the last it closes.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Queue<string> _answers;
        private readonly Task _serving;

        public Server(params string[] answers)
        {
            _answers = new Queue<string>(answers);
            _listener.Start();
            _serving = ServeAsync();
        }

        public HttpConnection Connect()
        {
            Uri url = new($"http://{_listener.LocalEndpoint}/");
            return new HttpConnection(new FortioOptions { Url = url }, url);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving;
        }

        private async Task ServeAsync()
        {
            byte[] buffer = new byte[4096];
            try
            {
                while (_answers.Count > 0)
                {
                    using Socket client = await _listener.AcceptSocketAsync();
                    while (_answers.Count > 0 && await client.ReceiveAsync(buffer) > 0)
                    {
                        await client.SendAsync(Encoding.ASCII.GetBytes(_answers.Dequeue()));
                    }
                }
            }
            catch (SocketException)
            {
                // The test is over.
                return;
            }
        }
    }
}
