namespace Lateen.EndToEnd.Tests.Harness;

/// <summary>Where things are in the working copy.</summary>
internal static class Place
{
    public static string Root { get; } = FindRoot();

    public static string Lateen => Path.Combine(Root, "artifacts", "bin", "lateen");

    public static string Samples => Path.Combine(Root, "samples");

    /// <summary>Istio's own sample files, where somebody put them beside the repository; null elsewhere.</summary>
    public static string? IstioSamples
    {
        get
        {
            string folder = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", "istio-samples"));
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>kubectl of the machine ("1.32"), or of the npm packages ("1.35", "1.31").</summary>
    public static string Kubectl(string version) => version switch
    {
        "1.35" => Path.Combine(Root, "artifacts", "tools", "v35", "kubectl", "kubectl"),
        "1.31" => Path.Combine(Root, "artifacts", "tools", "v31", "kubectl", "kubectl"),
        _ => "kubectl",
    };

    public static string Helm(string major) => Path.Combine(Root, "artifacts", "tools", major == "4" ? "v35" : "v31", "helm", "helm");

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
