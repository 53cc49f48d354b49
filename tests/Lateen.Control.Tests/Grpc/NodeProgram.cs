namespace Lateen.Control.Tests.Grpc;

using System.Diagnostics;
using Lateen.Control.Tests.Translation;

/// <summary>A program of tests/grpc, with the real gRPC library for Node.js.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private readonly Process process;

    private NodeProgram(Process process) => this.process = process;

    private static string Folder => Path.GetFullPath(Path.Combine(MeshFiles.Root, "../../grpc"));

    public static void Require() => Assert.SkipUnless(
        Directory.Exists(Path.Combine(Folder, "../node_modules/@grpc/grpc-js-xds")), "tests/node_modules is missing: run `make test-deps`");

    public static NodeProgram Start(string script, string bootstrap, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GRPC_XDS_BOOTSTRAP_CONFIG"] = bootstrap;
        // What gRPC says when it refuses a resource is the reason of a failed call.
        start.Environment["GRPC_VERBOSITY"] = "ERROR";
        return new NodeProgram(Process.Start(start) ?? throw new InvalidOperationException("node did not start"));
    }

    /// <summary>The next line of its output.</summary>
    public async Task<string> LineAsync()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        string? line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return line ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(limit.Token));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
