namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>One echo.mjs for a class of tests: HTTP/1.1, HTTP/2 with prior knowledge, and three kinds of TCP server.</summary>
public sealed class EchoBackend : IAsyncLifetime
{
    private NodeProgram? _program;

    /// <summary>Port of the HTTP/1.1 server.</summary>
    public int Http1 => Program.Port("http1");

    /// <summary>Port of the HTTP/2 server.</summary>
    public int Http2 => Program.Port("http2");

    /// <summary>Port that sends back what it gets, and ends when its peer has ended.</summary>
    public int Tcp => Program.Port("tcp");

    /// <summary>Port that says "hello" first and then sends back what it gets.</summary>
    public int ServerFirst => Program.Port("serverFirst");

    /// <summary>Port that resets each connection with its first byte.</summary>
    public int Resetting => Program.Port("resetting");

    public string Log => Program.Log;

    private NodeProgram Program => _program ?? throw new InvalidOperationException("The backend has not started.");

    public async ValueTask InitializeAsync() => _program = await NodeProgram.StartAsync("echo.mjs");

    public ValueTask DisposeAsync() => _program?.DisposeAsync() ?? ValueTask.CompletedTask;
}
