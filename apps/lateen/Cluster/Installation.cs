namespace Lateen.CommandLine.Cluster;

/// <summary>Where the other programs are: this one runs from LIB/lateen, they sit beside it.</summary>
internal static class Installation
{
    /// <summary>The folder with bin/ and lib/.</summary>
    public static string Artifacts { get; } = Find();

    /// <summary>The charts of the working copy; empty where there are none.</summary>
    public static string Charts { get; } =
        Path.Combine(Path.GetDirectoryName(Artifacts) ?? "/", "charts") is var folder && Directory.Exists(folder) ? folder : "";

    public static string Program(string name) => Path.Combine(Artifacts, "bin", name);

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory.TrimEnd('/');
        while (folder is not null)
        {
            if (File.Exists(Path.Combine(folder, "bin", "lateen-proxy")))
            {
                return folder;
            }

            if (File.Exists(Path.Combine(folder, "artifacts", "bin", "lateen-proxy")))
            {
                return Path.Combine(folder, "artifacts");
            }

            folder = Path.GetDirectoryName(folder);
        }

        throw new CommandFailure("bin/lateen-proxy is in none of the folders above this program; run `make build` in the working copy");
    }
}
