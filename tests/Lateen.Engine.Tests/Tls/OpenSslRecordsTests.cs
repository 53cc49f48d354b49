namespace Lateen.Engine.Tests.Tls;

using System.Text;
using Lateen.Engine.Native;

/// <summary>Records from one side to the other, well and badly formed. That OpenSSL makes the same ones, every other test of TLS shows.</summary>
public sealed class OpenSslRecordsTests : IDisposable
{
    private const ushort Aes128 = 0x1301;
    private readonly OpenSslPipe _fromClient = new();
    private readonly OpenSslPipe _fromServer = new();
    private readonly OpenSslRecords _client;
    private readonly OpenSslRecords _server;
    private readonly byte[] _target = new byte[40_000];

    public OpenSslRecordsTests()
    {
        _client = Create(_fromClient, Aes128, 1, 2);
        _server = Create(_fromServer, Aes128, 2, 1);
    }

    public void Dispose()
    {
        _client.Free();
        _server.Free();
        _fromClient.Dispose();
        _fromServer.Dispose();
    }

    [Theory]
    [InlineData(0x1301)]
    [InlineData(0x1302)]
    [InlineData(0x1303)]
    public void Every_suite_carries_bytes(ushort suite)
    {
        using var pipe = new OpenSslPipe();
        OpenSslRecords writer = Create(pipe, suite, 1, 2);
        OpenSslRecords reader = Create(_fromServer, suite, 2, 1);

        Assert.True(writer.TryWrite("hello"u8));
        Assert.Equal(OpenSslStatus.WantInput, reader.Read(pipe.Output, _target, out int used, out int count));

        Assert.Equal("hello", Encoding.ASCII.GetString(_target, 0, count));
        Assert.Equal(pipe.Output.Length, used);
        writer.Free();
        reader.Free();
    }

    [Fact]
    public void A_suite_that_is_not_known_is_left_to_OpenSSL() =>
        Assert.Null(OpenSslRecords.TryCreate(_fromClient, 0x1304, new byte[32], new byte[32], 0));

    [Fact]
    public void A_record_is_read_when_all_of_it_is_there()
    {
        Assert.True(_client.TryWrite("hello"u8));
        byte[] record = _fromClient.Output.ToArray();

        for (int length = 0; length < record.Length; length++)
        {
            Assert.Equal(OpenSslStatus.WantInput, _server.Read(record.AsSpan(0, length), _target, out int used, out int count));
            Assert.Equal(0, used + count);
        }

        Assert.Equal("hello", Read(record));
    }

    [Fact]
    public void More_than_a_record_holds_becomes_several()
    {
        byte[] data = new byte[OpenSslRecords.MaxContentBytes + 1];
        new Random(1).NextBytes(data);

        Assert.True(_client.TryWrite(data));

        Assert.Equal(2, OpenSslRecords.Count(_fromClient.Output));
        Assert.Equal(OpenSslStatus.WantInput, _server.Read(_fromClient.Output, _target, out _, out int count));
        Assert.Equal(data, _target[..count]);
    }

    [Fact]
    public void What_does_not_fit_the_target_waits()
    {
        Assert.True(_client.TryWrite("hello"u8));
        Assert.True(_client.TryWrite("world"u8));

        Assert.Equal(OpenSslStatus.Done, _server.Read(_fromClient.Output, _target.AsSpan(0, 10), out int used, out int count));

        Assert.Equal("hello", Encoding.ASCII.GetString(_target, 0, count));
        Assert.Equal(_fromClient.Output.Length / 2, used);
    }

    [Fact]
    public void Any_bit_that_changed_is_noticed_and_told_once()
    {
        Assert.True(_client.TryWrite("hello"u8));
        byte[] record = _fromClient.Output.ToArray();
        for (int bit = 5 * 8; bit < record.Length * 8; bit++)
        {
            OpenSslRecords server = Create(_fromServer, Aes128, 2, 1);
            _fromServer.ClearOutput();
            byte[] spoiled = [.. record];
            spoiled[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(OpenSslStatus.Failed, server.Read(spoiled, _target, out _, out int count));
            Assert.Equal(OpenSslStatus.Failed, server.Read(record, _target, out _, out _));

            Assert.Equal(0, count);
            Assert.Equal("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", server.Reason);
            Assert.Equal(1, OpenSslRecords.Count(_fromServer.Output));
            server.Free();
        }
    }

    [Fact]
    public void A_record_that_comes_again_is_refused()
    {
        Assert.True(_client.TryWrite("hello"u8));
        byte[] record = _fromClient.Output.ToArray();

        Assert.Equal("hello", Read(record));
        Assert.Equal(OpenSslStatus.Failed, _server.Read(record, _target, out _, out _));
    }

    [Theory]
    [InlineData(20, 100, "UNEXPECTED_RECORD")]
    [InlineData(21, 2, "UNEXPECTED_RECORD")]
    [InlineData(22, 100, "UNEXPECTED_RECORD")]
    [InlineData(23, 16, "BAD_RECORD_TYPE")]
    [InlineData(23, 0, "BAD_RECORD_TYPE")]
    [InlineData(23, 16641, "ENCRYPTED_LENGTH_TOO_LONG")]
    public void A_header_that_cannot_be_is_refused_before_the_rest_arrives(byte kind, int length, string reason)
    {
        byte[] header = [kind, 3, 3, (byte)(length >> 8), (byte)length];

        Assert.Equal(OpenSslStatus.Failed, _server.Read(header, _target, out _, out _));

        Assert.Equal(reason, _server.Reason);
    }

    [Theory]
    [InlineData(20, new byte[] { 1 }, "UNEXPECTED_RECORD")]
    [InlineData(22, new byte[] { 24, 0, 0, 1, 2 }, "UNEXPECTED_MESSAGE")]
    [InlineData(22, new byte[] { 24, 0, 0, 1 }, "UNEXPECTED_MESSAGE")]
    [InlineData(22, new byte[] { 1, 0, 0, 0 }, "UNEXPECTED_MESSAGE")]
    [InlineData(22, new byte[0], "UNEXPECTED_MESSAGE")]
    [InlineData(21, new byte[] { 1 }, "INVALID_ALERT")]
    [InlineData(21, new byte[] { 2, 40 }, "TLSV1_ALERT_40")]
    [InlineData(0, new byte[] { 0, 0, 0 }, "BAD_RECORD_TYPE")]
    public void Content_that_cannot_be_is_refused(byte kind, byte[] content, string reason)
    {
        Assert.True(_client.TrySeal(kind, content));

        Assert.Equal(OpenSslStatus.Failed, _server.Read(_fromClient.Output, _target, out _, out _));

        Assert.Equal(reason, _server.Reason);
    }

    [Theory]
    [InlineData(22, new byte[] { 24, 0, 0, 1, 0 })]
    [InlineData(21, new byte[] { 1, 90 })]
    [InlineData(23, new byte[0])]
    public void Records_that_carry_nothing_are_taken_only_so_often(byte kind, byte[] content)
    {
        OpenSslStatus status = OpenSslStatus.WantInput;
        int taken = 0;
        for (; taken < 100 && status is OpenSslStatus.WantInput; taken++)
        {
            _fromClient.ClearOutput();
            Assert.True(kind == 22 ? _client.TryUpdateWriter() : _client.TrySeal(kind, content));
            status = _server.Read(_fromClient.Output, _target, out _, out _);
        }

        Assert.Equal(OpenSslStatus.Failed, status);
        Assert.Equal(33, taken);
    }

    [Fact]
    public void Keys_change_on_either_side_and_bytes_go_on()
    {
        for (int i = 0; i < 100; i++)
        {
            _fromClient.ClearOutput();
            _fromServer.ClearOutput();
            Assert.True(_client.TryUpdateWriter(ask: true));
            Assert.True(_client.TryWrite("to the server"u8));
            Assert.Equal("to the server", Read(_fromClient.Output));

            Assert.True(_server.TryWrite("to the client"u8));
            Assert.Equal(OpenSslStatus.WantInput, _client.Read(_fromServer.Output, _target, out _, out int count));
            Assert.Equal("to the client", Encoding.ASCII.GetString(_target, 0, count));
        }
    }

    [Fact]
    public void An_end_is_told_after_what_came_before_it()
    {
        Assert.True(_client.TryWrite("last words"u8));
        _client.Close();

        Assert.Equal(OpenSslStatus.Closed, _server.Read(_fromClient.Output, _target, out int used, out int count));

        Assert.Equal("last words", Encoding.ASCII.GetString(_target, 0, count));
        Assert.Equal(_fromClient.Output.Length, used);
        Assert.Equal(OpenSslStatus.Closed, _server.Read([], _target, out _, out _));
    }

    private static OpenSslRecords Create(OpenSslPipe pipe, ushort suite, byte from, byte to)
    {
        int length = suite == 0x1302 ? 48 : 32;
        byte[] read = [.. Enumerable.Repeat(to, length)];
        byte[] write = [.. Enumerable.Repeat(from, length)];
        return OpenSslRecords.TryCreate(pipe, suite, read, write, 0) ?? throw new InvalidOperationException("no such suite");
    }

    private string Read(ReadOnlySpan<byte> input)
    {
        Assert.Equal(OpenSslStatus.WantInput, _server.Read(input, _target, out int used, out int count));
        Assert.Equal(input.Length, used);
        return Encoding.ASCII.GetString(_target, 0, count);
    }
}
