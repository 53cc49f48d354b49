namespace Lateen.EndToEnd.Tests.Lab;

using System.Diagnostics;
using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>docs/lab.md is true: every command is run in order, as a reader would, and prints what the lab shows.</summary>
public sealed class LabDocumentTests
{
    /// <summary>The port that the lab names for the charts; the test takes a free one in its place.</summary>
    private const string ChartsPort = "8879";
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Every_command_of_the_lab_prints_what_the_lab_shows()
    {
        LocalCluster.Require();
        bool update = Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1";
        string home = Directory.CreateTempSubdirectory("lateen-lab-").FullName;
        var lab = new LabDocument(Path.Combine(Place.Root, "docs", "lab.md"));
        string port = Outside.FreePort().ToString(CultureInfo.InvariantCulture);
        Dictionary<int, string> seen = [];
        try
        {
            await using var shell = new Shell(new Dictionary<string, string> { ["HOME"] = home, ["KUBECONFIG"] = "" });
            shell.AtEnd("lateen down");
            foreach (LabCommand command in lab.Commands)
            {
                (string output, string? difference) = await RunAsync(shell, command, home, port, update ? TimeSpan.FromSeconds(8) : LookAgain);
                if (difference is not null && update)
                {
                    seen[command.Line] = output.Replace(home, "/root", StringComparison.Ordinal);
                    continue;
                }

                Assert.True(difference is null, $"docs/lab.md line {command.Line + 1}: $ {command.Text}\n{difference}");
            }
        }
        finally
        {
            if (update)
            {
                await File.WriteAllTextAsync(Path.Combine(Place.Root, "docs", "lab.md"), lab.With(seen), CancellationToken.None);
            }

            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public void The_Korean_lab_shows_the_same_commands_and_outputs()
    {
        LabDocument english = new(Path.Combine(Place.Root, "docs", "lab.md"));
        LabDocument korean = new(Path.Combine(Place.Root, "docs", "lab.ko.md"));

        Assert.Equal(english.Commands.Select(Shown), korean.Commands.Select(Shown));
    }

    private static string Shown(LabCommand command) => $"$ {command.Text}\n{string.Join('\n', command.Output)}";

    // What a look shows may need a moment after the change before it; a change is made once.
    private static async Task<(string Output, string? Difference)> RunAsync(Shell shell, LabCommand command, string home, string port,
        TimeSpan patience)
    {
        long started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            Outcome outcome = await shell.TryAsync(command.Text.Replace(ChartsPort, port, StringComparison.Ordinal));
            string output = outcome.Output.Trim('\n').Replace(port, ChartsPort, StringComparison.Ordinal);
            string? difference = outcome.ExitCode != 0 ? $"exit code {outcome.ExitCode}:\n{output}"
                : command.Output.Count == 0 ? null : LabOutput.Difference(command, output, home);
            if (difference is null || !command.OnlyLooks || Stopwatch.GetElapsedTime(started) > patience)
            {
                return (output, difference);
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
