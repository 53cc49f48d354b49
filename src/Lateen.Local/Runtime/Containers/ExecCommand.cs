namespace Lateen.Local.Runtime.Containers;

using System.Diagnostics;
using System.Globalization;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Network;

/// <summary>Starts further programs inside a running container: with its namespaces, root, user and variables, and no more rights.</summary>
internal static class ExecCommand
{
    private const string Enter = """
        [ -f "$1" ] || { echo "the container has ended or is not ready yet" >&2; exit 126; }
        cd "$2" && shift 2 && exec "$@"
        """;

    /// <param name="terminal">N of the container's /dev/pts/N that becomes the program's terminal, or null for pipes.</param>
    internal static Process Start(int container, ContainerPlan plan, IReadOnlyList<string> command, int? terminal)
    {
        string[] onTerminal = terminal is { } number
            ? ["sh", "-c", $"exec setsid --ctty --wait \"$@\" 0<>/dev/pts/{number} 1>&0 2>&0", "terminal"] : [];
        IEnumerable<KeyValuePair<string, string>> variables = terminal is null ? plan.Environment
            : plan.Environment.Where(static pair => pair.Key != "TERM").Append(KeyValuePair.Create("TERM", "xterm"));
        ProcessStartInfo start = new("nsenter", ["--target", container.ToString(CultureInfo.InvariantCulture), "--mount", "--uts", "--ipc",
            "--net", "--pid", "--", "sh", "-c", Enter, "enter", plan.Mark, plan.WorkingDirectory,
            .. plan.DropPrivileges(), .. ContainerProcess.EnvironmentCommand(variables), .. onTerminal, .. plan.Locate(command)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ContainerProcess.OwnEnvironment(start);
        lock (Tool.Starting)
        {
            return Process.Start(start) ?? throw new InvalidOperationException("nsenter could not be started.");
        }
    }

    /// <summary>Ends the program too: nsenter forks to enter a PID namespace, and its own end would leave the child.</summary>
    internal static void Kill(Process process)
    {
        try
        {
            string children = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children");
            foreach (string child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                _ = LinuxCalls.Kill(int.Parse(child, CultureInfo.InvariantCulture), LinuxCalls.SignalKill);
            }

            process.Kill();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // It ended meanwhile, which is what was wanted.
            return;
        }
    }

    /// <summary>Runs a program to its end and returns its exit code and the first part of its output.</summary>
    internal static async Task<(int Code, string Output)> RunAsync(int container, ContainerPlan plan, IReadOnlyList<string> command,
        CancellationToken cancel)
    {
        using Process process = Start(container, plan, command, terminal: null);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            string text = await output.ConfigureAwait(false) + await errors.ConfigureAwait(false);
            return (process.ExitCode, text.Length > 1024 ? text[..1024] : text);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            throw;
        }
    }
}
