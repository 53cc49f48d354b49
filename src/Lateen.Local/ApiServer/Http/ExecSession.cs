namespace Lateen.Local.ApiServer.Http;

using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.Cluster;

/// <summary>
/// One exec over WebSocket: the first byte of each message is its channel (v5.channel.k8s.io, v4.channel.k8s.io).
/// </summary>
internal sealed class ExecSession(WebSocket socket, string protocol, bool wantsInput, bool terminal)
{
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Error = 2;
    private const byte Status = 3;
    private const byte Resize = 4;
    private const byte Close = 255;
    private const int MaxMessage = 64 * 1024;

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly Pipe input = new();
    private readonly Channel<(int Columns, int Rows)> resizes = Channel.CreateBounded<(int, int)>(16);

    public static string Choose(IList<string> offered)
    {
        return offered.Contains("v5.channel.k8s.io") ? "v5.channel.k8s.io"
            : offered.Contains("v4.channel.k8s.io") ? "v4.channel.k8s.io"
            : throw ApiErrors.BadRequest("unable to upgrade: none of the offered protocols is served (v5.channel.k8s.io, "
                + "v4.channel.k8s.io)");
    }

    public async Task RunAsync(IPodRuntime runtime, PodExecRequest request, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        request = request with
        {
            Input = wantsInput ? input.Reader.AsStream() : null,
            Output = (data, token) => SendAsync(Output, data, token),
            Error = (data, token) => SendAsync(Error, data, token),
            Resizes = terminal ? resizes.Reader.ReadAllAsync(ended.Token) : null,
        };
        Task receiving = ReceiveAsync(ended);
        JsonObject status;
        try
        {
            status = StatusOf(await runtime.ExecAsync(request, ended.Token).ConfigureAwait(false));
        }
        catch (ApiException failure)
        {
            status = Responses.StatusOf(failure);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            socket.Abort();
            return;
        }

        await FinishAsync(status, cancel).ConfigureAwait(false);
        // RFC 6455, section 7.1.1: the client answers the close; a reset before that would lose the exit code on its way.
        await receiving.WaitAsync(TimeSpan.FromSeconds(2), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
    }

    private async Task FinishAsync(JsonObject status, CancellationToken cancel)
    {
        try
        {
            await SendAsync(Status, JsonParser.ToUtf8(status), cancel).ConfigureAwait(false);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancel).ConfigureAwait(false);
        }
        catch (WebSocketException)
        {
            // The client left before it heard the exit code; there is nobody to tell.
            socket.Abort();
        }
    }

    private static JsonObject StatusOf(int exitCode)
    {
        var status = new JsonObject { ["metadata"] = new JsonObject(), ["status"] = exitCode == 0 ? "Success" : "Failure" };
        if (exitCode != 0)
        {
            status["message"] = $"command terminated with non-zero exit code: exit status {exitCode}";
            status["reason"] = "NonZeroExitCode";
            status["details"] = new JsonObject
            {
                ["causes"] = new JsonArray { new JsonObject { ["reason"] = "ExitCode", ["message"] = $"{exitCode}" } },
            };
        }

        return status;
    }

    private async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        byte[] message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await sending.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, cancel).ConfigureAwait(false);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync(CancellationTokenSource ended)
    {
        byte[] buffer = new byte[MaxMessage];
        byte? channel = null;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), ended.Token)
                    .ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                int start = channel is null ? 1 : 0;
                if (part.Count >= start && part.Count > 0)
                {
                    channel ??= buffer[0];
                    await DeliverAsync(channel.Value, buffer.AsMemory(start, part.Count - start), ended.Token)
                        .ConfigureAwait(false);
                }

                channel = part.EndOfMessage ? null : channel;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // A client that vanishes ends the command, as a closed terminal does.
            await ended.CancelAsync().ConfigureAwait(false);
        }

        await input.Writer.CompleteAsync().ConfigureAwait(false);
        resizes.Writer.TryComplete();
        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task DeliverAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        switch (channel)
        {
            case Input:
                await input.Writer.WriteAsync(data, cancel).ConfigureAwait(false);
                break;
            case Resize:
                JsonObject size = ReadSize(data);
                resizes.Writer.TryWrite(((int)(size.Int("Width") ?? 80), (int)(size.Int("Height") ?? 24)));
                break;
            case Close when protocol == "v5.channel.k8s.io" && data.Length > 0 && data.Span[0] == Input:
                await input.Writer.CompleteAsync().ConfigureAwait(false);
                break;
        }
    }

    private static JsonObject ReadSize(ReadOnlyMemory<byte> data)
    {
        try
        {
            return JsonParser.ParseObject(data.Span);
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
