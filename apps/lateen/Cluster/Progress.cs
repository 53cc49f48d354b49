namespace Lateen.CommandLine.Cluster;

using System.Diagnostics;
using Spectre.Console;

/// <summary>Tells what is being waited for and how long it took; a plain line a step where there is no terminal.</summary>
internal sealed class Progress
{
    private readonly IAnsiConsole _console = AnsiConsole.Console;

    private bool Interactive => _console.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    public async Task StepAsync(string what, Func<Task> work)
    {
        long started = Stopwatch.GetTimestamp();
        if (Interactive)
        {
            await _console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(what) + " …", _ => work());
        }
        else
        {
            await work();
        }

        _console.MarkupLineInterpolated($"  [green]✓[/] {what} [grey]{Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s[/]");
    }
}
