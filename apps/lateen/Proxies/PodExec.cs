namespace Lateen.CommandLine.Proxies;

using System.Net.WebSockets;
using k8s;
using k8s.Autorest;
using k8s.Models;

/// <summary>Runs one command in a container and takes what it prints, over the WebSocket exec of the Kubernetes API.</summary>
internal sealed class PodExec(KubernetesClientConfiguration configuration)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<string> RunAsync(
        string ns, string pod, string container, IReadOnlyList<string> command, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        string where = $"`{string.Join(' ', command)}` in container {container} of {pod}.{ns}";
        try
        {
            return await RunAsync(ns, pod, container, command, where, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailure($"{where} did not answer within {Patience.TotalSeconds:F0} s");
        }
        catch (HttpOperationException e)
        {
            throw new CommandFailure($"{where}: the API refused the exec ({(int?)e.Response?.StatusCode} {e.Response?.Content})");
        }
        catch (Exception e) when (e is WebSocketException or KubernetesException)
        {
            throw new CommandFailure($"{where}: {e.Message}");
        }
    }

    private async Task<string> RunAsync(
        string ns, string pod, string container, IReadOnlyList<string> command, string where, CancellationToken cancel)
    {
        using var client = new Kubernetes(configuration);
        using WebSocket socket = await client.WebSocketNamespacedPodExecAsync(
            pod, ns, command, container, stderr: true, stdin: false, stdout: true, tty: false,
            webSocketSubProtocol: WebSocketProtocol.V4BinaryWebsocketProtocol, cancellationToken: cancel);
        using var channels = new StreamDemuxer(socket);
        using Stream output = channels.GetStream(ChannelIndex.StdOut, null);
        using Stream error = channels.GetStream(ChannelIndex.StdErr, null);
        using Stream status = channels.GetStream(ChannelIndex.Error, null);
        channels.Start();

        // All three at once: a channel that nobody reads would stop the others when its buffer is full.
        string[] texts = await Task.WhenAll(ReadAsync(output, cancel), ReadAsync(error, cancel), ReadAsync(status, cancel));
        V1Status? ended = texts[2].Length > 0 ? KubernetesJson.Deserialize<V1Status>(texts[2]) : null;
        string why = texts[1].Trim() is { Length: > 0 } said ? said : ended?.Message ?? "the connection ended before it did";
        return ended is { Status: "Success" } ? texts[0] : throw new CommandFailure($"{where} failed: {why}");
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancel)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancel);
    }
}
