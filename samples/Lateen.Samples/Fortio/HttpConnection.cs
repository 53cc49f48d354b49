namespace Lateen.Samples.Fortio;

using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

/// <summary>One connection that sends the same request again and again, and opens a new socket only when it must.</summary>
internal sealed class HttpConnection(FortioOptions options, Uri url) : IDisposable
{
    private const int MaxHeadBytes = 64 * 1024;
    private readonly byte[] _request = Compose(options, url);
    private byte[] _buffer = new byte[MaxHeadBytes];
    private int _filled;
    private Stream? _stream;

    public int SocketsUsed { get; private set; }

    /// <summary>The last answer as it came, head and body.</summary>
    public ReadOnlyMemory<byte> Received => _buffer.AsMemory(0, _filled);

    public async Task<HttpAnswer> CallAsync()
    {
        using CancellationTokenSource limit = new(options.Timeout);
        HttpAnswer answer;
        try
        {
            _stream ??= await ConnectAsync(limit.Token);
            await _stream.WriteAsync(_request, limit.Token);
            answer = await ReadAsync(_stream, limit.Token);
        }
        catch (OperationCanceledException)
        {
            answer = new HttpAnswer(HttpAnswer.NoAnswer, 0, _filled, false, $"no answer within {GoDuration.Format(options.Timeout)}");
        }
        catch (Exception failure) when (failure is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            answer = new HttpAnswer(HttpAnswer.NoAnswer, 0, _filled, false, failure.Message);
        }

        // As fortio: a connection that brought an error is not used again.
        if (!answer.Reusable || !answer.Ok || !options.KeepAlive)
        {
            Close();
        }

        return answer;
    }

    public void Dispose() => Close();

    private static byte[] Compose(FortioOptions options, Uri url)
    {
        bool hasBody = options.Payload.Length > 0;
        StringBuilder text = new($"{options.Method ?? (hasBody ? "POST" : "GET")} {url.PathAndQuery} HTTP/1.1\r\n");
        if (!options.Headers.Any(h => h.Name.Equals("host", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append(CultureInfo.InvariantCulture, $"Host: {url.Authority}\r\n");
        }

        if (!options.Headers.Any(h => h.Name.Equals("user-agent", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append("User-Agent: fortio.org/lateen\r\n");
        }

        foreach ((string name, string value) in options.Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (hasBody)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(options.Payload)}\r\n");
        }

        text.Append(options.KeepAlive ? "\r\n" : "Connection: close\r\n\r\n").Append(options.Payload);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancel)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            SocketsUsed++;
            await socket.ConnectAsync(url.IdnHost, url.Port, cancel);
            NetworkStream plain = new(socket, ownsSocket: true);
            if (url.Scheme == "http")
            {
                return plain;
            }

            SslStream secure = new(plain, leaveInnerStreamOpen: false, (_, _, _, errors) => options.Insecure || errors == SslPolicyErrors.None);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, cancel);
            return secure;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpAnswer> ReadAsync(Stream stream, CancellationToken cancel)
    {
        _filled = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_filled == MaxHeadBytes || !await FillAsync(stream, cancel))
            {
                throw new IOException("the connection ended before the answer's head did");
            }
        }

        head += 4;
        string text = Encoding.Latin1.GetString(_buffer, 0, head);
        string[] status = text.Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            throw new IOException("the answer is no HTTP/1 answer");
        }

        bool reusable = !string.Equals(Field(text, "connection"), "close", StringComparison.OrdinalIgnoreCase);
        if (code is 204 or 304 || options.Method == "HEAD")
        {
            return new HttpAnswer(code, head, head, reusable);
        }

        if (Field(text, "transfer-encoding") is { } coding && coding.EndsWith("chunked", StringComparison.OrdinalIgnoreCase))
        {
            await ReadChunksAsync(stream, head, cancel);
        }
        else if (int.TryParse(Field(text, "content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out int length))
        {
            await ReadUntilAsync(stream, head + length, cancel);
        }
        else
        {
            reusable = false;
            while (await FillAsync(stream, cancel))
            {
                continue;
            }
        }

        return new HttpAnswer(code, head, _filled, reusable);
    }

    private async Task ReadChunksAsync(Stream stream, int at, CancellationToken cancel)
    {
        while (true)
        {
            int end;
            while ((end = _buffer.AsSpan(at, _filled - at).IndexOf("\r\n"u8)) < 0)
            {
                await ReadUntilAsync(stream, _filled + 1, cancel);
            }

            string size = Encoding.Latin1.GetString(_buffer, at, end).Split(';')[0].Trim();
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int length) || length < 0)
            {
                throw new IOException($"'{size}' is no chunk size");
            }

            at += end + 2 + length + 2;
            await ReadUntilAsync(stream, at, cancel);
            if (length == 0)
            {
                return;
            }
        }
    }

    private async Task ReadUntilAsync(Stream stream, int length, CancellationToken cancel)
    {
        while (_filled < length)
        {
            if (!await FillAsync(stream, cancel))
            {
                throw new IOException("the connection ended before the answer did");
            }
        }
    }

    private async Task<bool> FillAsync(Stream stream, CancellationToken cancel)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancel);
        _filled += read;
        return read > 0;
    }

    private static string? Field(string head, string name)
    {
        foreach (string line in head.Split("\r\n"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
