namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using Lateen.Local.Launcher;

/// <summary>lateen down: ends the local cluster; what was applied stays for the next `up`.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        Option<string> home = Options.Home();
        var command = new Command("down", "stop the local cluster; its state stays for the next `up`") { home };
        command.SetAction(async (parsed, cancel) =>
        {
            bool ran = await Launcher.StopAsync(new ClusterHome(parsed.GetRequiredValue(home)), cancel);
            Console.WriteLine(ran ? "stopped" : "no cluster was running");
            return 0;
        });
        return command;
    }
}
