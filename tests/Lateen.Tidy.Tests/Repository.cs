namespace Lateen.Tidy.Tests;

using System.Diagnostics;

/// <summary>The files under version control, read once.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static IEnumerable<string> Sources => Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<string> ProductSources =>
        Sources.Where(f => f.StartsWith("src/", StringComparison.Ordinal) || f.StartsWith("apps/", StringComparison.Ordinal));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Lateen.slnx is in none of the folders above the tests.");
    }

    private static List<string> ListFiles()
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = FindRoot(), RedirectStandardOutput = true };
        start.ArgumentList.Add("ls-files");
        using Process git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(FindRoot(), f)))];
    }
}
