namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using Lateen.CommandLine.Cluster;

/// <summary>lateen up: the local cluster with the mesh in it.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var options = new UpOptions();
        var command = new Command("up", "start the local cluster and install the mesh");
        options.AddTo(command);
        command.SetAction((parsed, cancel) =>
            Opening.RunAsync(parsed, options, opening => InstallAsync(opening, options.Bare(parsed), cancel), cancel));
        return command;
    }

    private static async Task<int> InstallAsync(Opening opening, bool bare, CancellationToken cancel)
    {
        if (!bare)
        {
            await opening.Installer.InstallAsync(cancel);
        }

        Console.WriteLine();
        Console.WriteLine($"  up in {opening.Elapsed.TotalSeconds:F1} s");
        Summary.Print(opening.Launcher, await opening.Installer.IngressAsync(cancel));
        return await opening.Running;
    }
}
