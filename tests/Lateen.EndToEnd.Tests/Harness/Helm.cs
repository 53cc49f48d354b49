namespace Lateen.EndToEnd.Tests.Harness;

using System.Text.Json.Nodes;

/// <summary>Real helm of one major version against a local cluster, with its own repositories and cache.</summary>
internal sealed class Helm(LocalCluster cluster, string major) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-helm-").FullName;

    public string Major => major;

    /// <summary>Runs a command line that must succeed; returns its standard output.</summary>
    public async Task<string> RunAsync(string arguments) => (await TryAsync(arguments)).Text();

    public Task<Outcome> TryAsync(string arguments) =>
        Command.RunAsync(Place.Helm(major), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment: new Dictionary<string, string>
        {
            ["KUBECONFIG"] = cluster.Kubeconfig,
            ["HELM_CACHE_HOME"] = Path.Combine(_folder, "cache"),
            ["HELM_CONFIG_HOME"] = Path.Combine(_folder, "config"),
            ["HELM_DATA_HOME"] = Path.Combine(_folder, "data"),
        });

    /// <summary>Adds the repository that the cluster offers, under the name the documents use.</summary>
    public async Task AddRepositoryAsync()
    {
        string status = (await cluster.LateenAsync("status", "--home", cluster.Home, "-o", "json")).Text();
        string url = JsonNode.Parse(status)?["charts"]?.ToString() ?? throw new InvalidOperationException($"no charts in {status}");
        await RunAsync($"repo add lateen {url}");
        await RunAsync("repo update");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
