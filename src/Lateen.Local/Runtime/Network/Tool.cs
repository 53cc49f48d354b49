namespace Lateen.Local.Runtime.Network;

using System.Diagnostics;

/// <summary>Runs iproute2's and iptables' programs; their language is on standard input, so a batch costs one process.</summary>
internal static class Tool
{
    // Descriptors meant for one child are inheritable only inside this lock, so that no other child gets them.
    internal static readonly Lock Starting = new();

    internal static async Task RunAsync(string program, IReadOnlyList<string> arguments, string input)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
        process.StandardInput.Close();
        await process.WaitForExitAsync().ConfigureAwait(false);
        Check(process, await errors.ConfigureAwait(false), input);
    }

    /// <summary>The same on the calling thread, whose namespaces the program inherits.</summary>
    internal static void Run(string program, IReadOnlyList<string> arguments, string input)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Check(process, errors, input);
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardError = true };
        lock (Starting)
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        }
    }

    private static void Check(Process process, string errors, string input)
    {
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{process.StartInfo.FileName} failed ({process.ExitCode}): {errors.Trim()}\n{input}");
        }
    }
}
