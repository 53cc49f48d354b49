namespace Lateen.Local.Tests.Runtime;

using Lateen.Local.Launcher;

/// <summary>The tests' Main: a cluster when re-executed as one, otherwise the test runner's own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (await HiddenCommands.TryRunAsync(args, new TestComposition()) is { } code)
        {
            return code;
        }

        return args.Any(static arg => arg is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
