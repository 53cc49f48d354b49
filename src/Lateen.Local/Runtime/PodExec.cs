namespace Lateen.Local.Runtime;

using System.Diagnostics;
using Lateen.Local.Cluster;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Containers;

/// <summary>One exec or attach: joins the caller's streams to a program in a container.</summary>
internal sealed class PodExec(ContainerWorker container, PodExecRequest request)
{
    internal async Task<int> RunAsync(CancellationToken cancel)
    {
        if (container.ProcessNumber is not { } process || container.Plan is not { } plan)
        {
            throw new ApiException(400, "BadRequest", $"container \"{container.Name}\" of pod \"{request.Pod}\" is not running");
        }

        if (request.Command.Count == 0)
        {
            return await AttachAsync(cancel).ConfigureAwait(false);
        }

        return request.Terminal ? await OnTerminalAsync(process, plan, cancel).ConfigureAwait(false)
            : await OnPipesAsync(process, plan, cancel).ConfigureAwait(false);
    }

    private async Task<int> OnPipesAsync(int container, ContainerPlan plan, CancellationToken cancel)
    {
        using Process program = ExecCommand.Start(container, plan, request.Command, terminal: null);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task input = CopyInputAsync(program.StandardInput.BaseStream, closeAtEnd: true, ended.Token);
        Task output = Task.WhenAll(CopyAsync(program.StandardOutput.BaseStream, request.Output, cancel),
            CopyAsync(program.StandardError.BaseStream, request.Error, cancel));
        return await FinishAsync(program, input, output, ended, cancel).ConfigureAwait(false);
    }

    private async Task<int> OnTerminalAsync(int container, ContainerPlan plan, CancellationToken cancel)
    {
        if (!File.Exists($"/proc/{container}/root{plan.Mark}"))
        {
            throw new ApiException(400, "BadRequest", $"container of pod \"{request.Pod}\" has ended");
        }

        using PseudoTerminal terminal = PseudoTerminal.Open(container);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task resizes = ResizeAsync(terminal, ended.Token);
        using Process program = ExecCommand.Start(container, plan, request.Command, terminal.Number);
        program.StandardInput.Close();
        Task input = CopyInputAsync(terminal.Stream, closeAtEnd: false, ended.Token);
        Task output = Task.WhenAll(CopyTerminalAsync(terminal.Stream, cancel), CopyAsync(program.StandardError.BaseStream, request.Output, cancel));
        int code = await FinishAsync(program, input, output, ended, cancel).ConfigureAwait(false);
        await resizes.ConfigureAwait(false);
        return code;
    }

    private static async Task<int> FinishAsync(Process program, Task input, Task output, CancellationTokenSource ended, CancellationToken cancel)
    {
        try
        {
            await program.WaitForExitAsync(cancel).ConfigureAwait(false);
            // What a background child still holds open must not keep the client waiting.
            await output.WaitAsync(TimeSpan.FromSeconds(2), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return program.ExitCode;
        }
        catch (OperationCanceledException)
        {
            ExecCommand.Kill(program);
            throw;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> AttachAsync(CancellationToken cancel)
    {
        System.Threading.Channels.Channel<(bool Error, byte[] Data)> queue =
            System.Threading.Channels.Channel.CreateBounded<(bool, byte[])>(new System.Threading.Channels.BoundedChannelOptions(256)
            {
                FullMode = System.Threading.Channels.BoundedChannelFullMode.DropOldest,
            });
        void Note(bool error, ReadOnlyMemory<byte> data) => queue.Writer.TryWrite((error, data.ToArray()));
        container.Output += Note;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task input = container.Input is { } stdin && container.Spec.Flag("stdin")
            ? CopyInputAsync(stdin, container.Spec.Flag("stdinOnce"), ended.Token) : Task.CompletedTask;
        _ = container.Log?.WhenEnded().ContinueWith(_ => queue.Writer.TryComplete(), TaskScheduler.Default);
        try
        {
            await foreach ((bool error, byte[] data) in queue.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                await (error && !request.Terminal ? request.Error : request.Output)(data, cancel).ConfigureAwait(false);
            }

            return container.State.ExitCode;
        }
        finally
        {
            container.Output -= Note;
            await ended.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CopyInputAsync(Stream target, bool closeAtEnd, CancellationToken cancel)
    {
        try
        {
            if (request.Input is { } source)
            {
                byte[] buffer = new byte[8192];
                int length;
                while ((length = await source.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
                {
                    await target.WriteAsync(buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
                    await target.FlushAsync(cancel).ConfigureAwait(false);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program reads no more, or the client is gone.
            return;
        }

        if (closeAtEnd)
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(Stream source, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> target, CancellationToken cancel)
    {
        byte[] buffer = new byte[16 * 1024];
        int length;
        while ((length = await source.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            await target(buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
        }
    }

    private async Task CopyTerminalAsync(Stream terminal, CancellationToken cancel)
    {
        try
        {
            await CopyAsync(terminal, request.Output, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // pty(7): reading fails with EIO once the last program has closed the terminal.
            return;
        }
    }

    private async Task ResizeAsync(PseudoTerminal terminal, CancellationToken cancel)
    {
        try
        {
            if (request.Resizes is { } resizes)
            {
                await foreach ((int columns, int rows) in resizes.WithCancellation(cancel).ConfigureAwait(false))
                {
                    terminal.Resize(columns, rows);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ended.
            return;
        }
    }
}
