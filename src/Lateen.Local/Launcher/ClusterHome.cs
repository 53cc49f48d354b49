namespace Lateen.Local.Launcher;

/// <summary>Where a cluster keeps its files. Everything is 0700: the store holds keys and tokens.</summary>
public sealed class ClusterHome(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Kubeconfig => In("kubeconfig");

    public string StoreFolder => In("store");

    public string KeysFolder => In("keys");

    public string LogsFolder => In("logs");

    public string PodLogsFolder => In("pods");

    public string ImageMapFile => In("images.json");

    public string StatusFile => In("cluster.json");

    public string ClusterLog => System.IO.Path.Combine(LogsFolder, "cluster.log");

    public void Create()
    {
        foreach (string folder in new[] { Path, StoreFolder, KeysFolder, LogsFolder, PodLogsFolder })
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }

    /// <summary>Takes the home for this process; null when another cluster runs from it.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            // FileShare.None is flock(2): the kernel gives it back even after kill -9.
            return new FileStream(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
