namespace Lateen.EndToEnd.Tests.Harness;

using System.Diagnostics;
using System.Globalization;
using System.Text;

/// <summary>One bash that runs the commands of a task page in order, as a reader would type them; variables stay set between them.</summary>
internal sealed class Shell : IAsyncDisposable
{
    public static readonly TimeSpan InEffect = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(150);

    private readonly Process _bash;
    private readonly string _script = Path.Combine(Path.GetTempPath(), $"lateen-shell-{Guid.NewGuid():N}.sh");
    private readonly List<string> _cleanUp = [];

    public Shell(IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Place.Root,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        string[] path = [Path.Combine(Place.Root, "artifacts", "bin"), Path.GetDirectoryName(Place.Helm("3")) ?? "",
            Environment.GetEnvironmentVariable("PATH") ?? ""];
        start.Environment["PATH"] = string.Join(':', path);
        _bash = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
    }

    /// <summary>What must be gone when the task ends, however it ends; later ones run first.</summary>
    public void AtEnd(string command) => _cleanUp.Insert(0, command);

    /// <summary>Runs a command that must succeed and returns what it printed, standard error included.</summary>
    public async Task<string> RunAsync(string command)
    {
        Outcome outcome = await TryAsync(command);
        Assert.True(outcome.ExitCode == 0, $"$ {command}\n{outcome.Output}(exit code {outcome.ExitCode})");
        return outcome.Output.TrimEnd();
    }

    public async Task<Outcome> TryAsync(string command)
    {
        string mark = $"--- {Guid.NewGuid():N} ";
        await File.WriteAllTextAsync(_script, command + "\n");
        await _bash.StandardInput.WriteLineAsync($"source {_script} 2>&1 </dev/null; printf '\\n{mark}%d\\n' $?");
        await _bash.StandardInput.FlushAsync();
        var output = new StringBuilder();
        using var limit = new CancellationTokenSource(LongestCommand);
        try
        {
            while (await _bash.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith(mark, StringComparison.Ordinal))
                {
                    // The mark stands on a line of its own even when the output did not end one.
                    string text = output.Length > 0 ? output.ToString(0, output.Length - 1) : "";
                    return new Outcome(int.Parse(line[mark.Length..], CultureInfo.InvariantCulture), text, "");
                }

                output.Append(line).Append('\n');
            }
        }
        catch (OperationCanceledException)
        {
            _bash.Kill(entireProcessTree: true);
            throw new TimeoutException($"$ {command}\n{output}\n(no end within {LongestCommand})");
        }

        throw new InvalidOperationException($"$ {command}\n{output}\n(the shell ended)");
    }

    /// <summary>Repeats a question until its answer is the expected one, and returns that.</summary>
    public async Task<string> UntilAsync(string command, Func<string, bool> expected, TimeSpan? within = null, int inARow = 1)
    {
        string last = "";
        int met = 0;
        await Until.TrueAsync(
            async () =>
            {
                last = (await TryAsync(command)).Output.TrimEnd();
                met = expected(last) ? met + 1 : 0;
                return met >= inARow;
            },
            within ?? InEffect, () => $"$ {command}\n{last}");
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (string command in _bash.HasExited ? [] : _cleanUp)
            {
                await TryAsync(command);
            }
        }
        finally
        {
            if (!_bash.HasExited)
            {
                _bash.Kill(entireProcessTree: true);
            }

            _bash.Dispose();
            File.Delete(_script);
        }
    }
}
