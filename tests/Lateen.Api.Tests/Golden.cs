namespace Lateen.Api.Tests;

/// <summary>Compares a text with a committed file; LATEEN_UPDATE_GOLDEN=1 writes the file instead.</summary>
internal static class Golden
{
    public static string RepoRoot { get; } = FindRoot(AppContext.BaseDirectory);

    public static void Verify(string relativePath, string actual)
    {
        string path = Path.Combine(RepoRoot, "tests/golden", relativePath);
        if (Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{relativePath} is missing: run the tests with LATEEN_UPDATE_GOLDEN=1");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FindRoot(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the repository");
        }

        return folder;
    }
}
