namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Diagnostics;
using Lateen.CommandLine.Cluster;
using Lateen.Local.Launcher;

/// <summary>lateen shell: a shell in which kubectl, helm and lateen talk to the local cluster.</summary>
internal static class ShellCommand
{
    public static Command Create()
    {
        Option<string> home = Options.Home();
        var command = new Command("shell", "open a shell with KUBECONFIG and completion for the local cluster") { home };
        command.SetAction(async (parsed, cancel) => await RunAsync(new ClusterHome(parsed.GetRequiredValue(home)), cancel));
        return command;
    }

    private static async Task<int> RunAsync(ClusterHome home, CancellationToken cancel)
    {
        if (!File.Exists(home.Kubeconfig))
        {
            throw new CommandFailure($"{home.Kubeconfig} is missing: start the cluster first with `lateen up --home {home.Path}`");
        }

        string profile = Path.Combine(home.Path, "shell.rc");
        await File.WriteAllTextAsync(profile,
            """
            [ -f ~/.bashrc ] && . ~/.bashrc
            command -v kubectl >/dev/null && . <(kubectl completion bash 2>/dev/null)
            command -v helm >/dev/null && . <(helm completion bash 2>/dev/null)
            PS1='(lateen) \w \$ '
            """, cancel);
        var start = new ProcessStartInfo("bash") { ArgumentList = { "--rcfile", profile, "-i" } };
        start.Environment["KUBECONFIG"] = home.Kubeconfig;
        start.Environment["PATH"] = $"{Path.Combine(Installation.Artifacts, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process shell = Process.Start(start) ?? throw new CommandFailure("bash did not start");
        await shell.WaitForExitAsync(cancel);
        return shell.ExitCode;
    }
}
