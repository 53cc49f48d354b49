namespace Lateen.EndToEnd.Tests.Harness;

using System.Globalization;

/// <summary>Finds the processes of pods from the host, where all of them are visible to root.</summary>
internal static class Processes
{
    private static readonly string[] Wrappers = ["nsenter", "unshare", "setpriv", "sh "];

    /// <summary>Numbers of the processes whose command line and environment contain the given texts.</summary>
    public static IReadOnlyList<int> Find(string command, string environment = "")
    {
        List<int> found = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && Read(folder, "cmdline") is { } line && line.Contains(command, StringComparison.Ordinal)
                && !Wrappers.Any(w => line.StartsWith(w, StringComparison.Ordinal))
                && (environment.Length == 0 || (Read(folder, "environ") ?? "").Contains(environment, StringComparison.Ordinal)))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>kill -9 of all of them; at least one must be there.</summary>
    public static async Task KillAsync(string command, string environment = "")
    {
        IReadOnlyList<int> ids = Find(command, environment);
        Assert.NotEmpty(ids);
        await Command.RunAsync("kill", ["-9", .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
    }

    private static string? Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was being looked at, or is the machine's own first process.
            return null;
        }
    }
}
