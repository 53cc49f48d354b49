namespace Lateen.CommandLine.Cluster;

using System.CommandLine;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;

/// <summary>The options by which a verb is told which cluster to talk to.</summary>
internal sealed class KubeOptions
{
    private readonly Option<string?> _kubeconfig = Options.Kubeconfig();
    private readonly Option<string?> _context = Options.Context();
    private readonly Option<string> _home = Options.Home();

    public void AddTo(Command command)
    {
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
        command.Options.Add(_home);
    }

    /// <summary>Folder of the local cluster.</summary>
    public string Home(ParseResult parsed) => parsed.GetRequiredValue(_home);

    public KubernetesClientConfiguration Configuration(ParseResult parsed)
    {
        string home = parsed.GetRequiredValue(_home);
        bool isHomeGiven = parsed.GetResult(_home) is { Implicit: false };
        var search = new KubeconfigSearch
        {
            Given = parsed.GetValue(_kubeconfig),
            Home = isHomeGiven ? home : null,
            FromEnvironment = Environment.GetEnvironmentVariable("KUBECONFIG"),
            DefaultHome = home,
            UserFile = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config"),
        };
        return Load(search.Find(), parsed.GetValue(_context));
    }

    internal static KubernetesClientConfiguration Load(IReadOnlyList<string> files, string? context)
    {
        try
        {
            K8SConfiguration merged = files.Select(static f => KubernetesClientConfiguration.LoadKubeConfig(f)).Aggregate(Merge);
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(merged, context);
        }
        catch (Exception e) when (e is KubeConfigException or YamlDotNet.Core.YamlException)
        {
            throw new CommandFailure($"{string.Join(':', files)}: {e.Message}", CommandTree.DataError);
        }
    }

    // As kubectl does: of two entries with one name, and of two current contexts, the first file's counts.
    private static K8SConfiguration Merge(K8SConfiguration first, K8SConfiguration second)
    {
        first.Clusters = (first.Clusters ?? []).UnionBy(second.Clusters ?? [], static c => c.Name).ToList();
        first.Contexts = (first.Contexts ?? []).UnionBy(second.Contexts ?? [], static c => c.Name).ToList();
        first.Users = (first.Users ?? []).UnionBy(second.Users ?? [], static u => u.Name).ToList();
        first.CurrentContext = string.IsNullOrEmpty(first.CurrentContext) ? second.CurrentContext : first.CurrentContext;
        return first;
    }
}
