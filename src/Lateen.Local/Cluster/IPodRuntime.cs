namespace Lateen.Local.Cluster;

/// <summary>What the API server asks of the runtime for the pod subresources log, exec, attach and proxy.</summary>
public interface IPodRuntime
{
    /// <summary>Streams a container's log; follows until cancelled or the container ends when asked to.</summary>
    Task ReadLogAsync(PodLogRequest request, Stream output, CancellationToken cancel);

    /// <summary>Runs a command in a container, or attaches to its process; streams are the caller's (WebSocket channels).</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="ApiException">No such container, or it is not running (BadRequest).</exception>
    Task<int> ExecAsync(PodExecRequest request, CancellationToken cancel);

    /// <summary>Opens a TCP stream to a port in the pod's network (pods/proxy, services/proxy).</summary>
    Task<Stream> ConnectAsync(string ns, string pod, int port, CancellationToken cancel);
}

/// <summary>Options of GET …/pods/NAME/log.</summary>
public sealed record PodLogRequest(string Namespace, string Pod, string? Container, bool Follow, bool Previous, bool Timestamps,
    int? TailLines, long? LimitBytes, DateTimeOffset? Since);

/// <summary>
/// One exec or attach. Output goes through the two callbacks (thread-safe, awaited in order); input arrives on a stream that ends when
/// the client closes it. Command is empty for attach. Resizes is null without a terminal.
/// </summary>
public sealed record PodExecRequest(string Namespace, string Pod, string? Container, IReadOnlyList<string> Command, bool Terminal,
    Stream? Input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Output,
    Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Error,
    IAsyncEnumerable<(int Columns, int Rows)>? Resizes);
