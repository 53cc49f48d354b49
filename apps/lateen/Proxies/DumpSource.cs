namespace Lateen.CommandLine.Proxies;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using k8s;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;

/// <summary>Where a dump comes from: a pod's proxy, a file, or standard input.</summary>
internal sealed class DumpSource(bool hasFile = true)
{
    private const string Container = "istio-proxy";

    private readonly KubeOptions _kube = new();
    private readonly Option<string> _namespace = Options.Namespace();

    private readonly Argument<string?> _target = new("[TYPE/]NAME[.NAMESPACE]")
    {
        Description = "pod, or what selects it: deploy/NAME, sts/NAME, ds/NAME, rs/NAME, svc/NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "read this dump of /config_dump instead of asking a pod; - is standard input",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        if (hasFile)
        {
            command.Options.Add(_file);
        }

        command.Options.Add(_namespace);
        _kube.AddTo(command);
    }

    /// <summary>The text, and what to call it in an error.</summary>
    /// <param name="request">The path to ask the proxy's admin interface for.</param>
    public async Task<(string Text, string Origin)> ReadAsync(ParseResult parsed, string request, CancellationToken cancel)
    {
        string? target = parsed.GetValue(_target);
        string? file = parsed.GetValue(_file);
        return (target, file) switch
        {
            (null, null) => throw new CommandFailure(
                "name a pod (deploy/NAME works too), or a dump with -f FILE", CommandTree.UsageError),
            (not null, not null) => throw new CommandFailure("name a pod or a file, not both", CommandTree.UsageError),
            (null, "-") => (await Console.In.ReadToEndAsync(cancel), "standard input"),
            (null, not null) => (await ReadFileAsync(file, cancel), file),
            (not null, null) => await AskAsync(
                PodTarget.Parse(target, parsed.GetRequiredValue(_namespace)), _kube.Configuration(parsed), "GET", request, cancel),
        };
    }

    /// <summary>Has a pod's proxy do something, by a POST to its admin interface.</summary>
    public async Task<string> PostAsync(ParseResult parsed, string request, CancellationToken cancel)
    {
        string target = parsed.GetValue(_target) ?? throw new CommandFailure("name a pod (deploy/NAME works too)", CommandTree.UsageError);
        return (await AskAsync(
            PodTarget.Parse(target, parsed.GetRequiredValue(_namespace)), _kube.Configuration(parsed), "POST", request, cancel)).Text;
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken cancel) =>
        File.Exists(file)
            ? await File.ReadAllTextAsync(file, cancel)
            : throw new CommandFailure($"-f {file}: there is no such file", CommandTree.DataError);

    private static async Task<(string Text, string Origin)> AskAsync(
        PodTarget target, KubernetesClientConfiguration configuration, string method, string request, CancellationToken cancel)
    {
        using var api = new KubeApi(configuration);
        JsonObject pod = await new PodFinder(api).FindAsync(target, cancel);
        string name = pod.TextAt("metadata", "name");
        if (!HasProxy(pod))
        {
            throw new CommandFailure(
                $"pod {name} has no container {Container}, so it is not in the mesh; "
                + $"`kubectl label namespace {target.Namespace} istio-injection=enabled`, then `kubectl rollout restart` its deployment");
        }

        string text = await new PodExec(configuration).RunAsync(
            target.Namespace, name, Container, ["pilot-agent", "request", method, request], cancel);
        return (text, $"{request} of {name}.{target.Namespace}");
    }

    // A native sidecar stands among the init containers.
    private static bool HasProxy(JsonObject pod) =>
        pod.ObjectsAt("spec", "containers").Concat(pod.ObjectsAt("spec", "initContainers"))
            .Any(static c => c.TextAt("name") == Container);
}
