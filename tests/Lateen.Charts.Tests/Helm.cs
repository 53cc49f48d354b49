namespace Lateen.Charts.Tests;

using System.Diagnostics;

/// <summary>Real helm, major 3 and 4, from the npm packages that `make test-deps` unpacks.</summary>
internal static class Helm
{
    public static string Root { get; } = FindRoot();

    public static (int ExitCode, string Output, string Error) Run(string major, params string[] arguments)
    {
        string program = Path.Combine(Root, "artifacts", "tools", major == "4" ? "v35" : "v31", "helm", "helm");
        Assert.True(File.Exists(program), $"{program} is missing: run `make test-deps`");
        var start = new ProcessStartInfo(program) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("helm did not start");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Lateen.slnx is in none of the folders above the tests.");
    }
}
