namespace Lateen.EndToEnd.Tests.Harness;

using System.Text.Json.Nodes;

/// <summary>A real `lateen up --detach` in a home of its own, and the clients people use against it.</summary>
public sealed class LocalCluster : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <summary>Further arguments of `lateen up`.</summary>
    internal IReadOnlyList<string> UpArguments { get; set; } = [];

    public string Home { get; } = Directory.CreateTempSubdirectory("lateen-e2e-").FullName;

    public string Kubeconfig => Path.Combine(Home, "kubeconfig");

    /// <summary>Why end-to-end tests cannot run here, or null.</summary>
    public static string? Impossible
    {
        get
        {
            if (!Environment.IsPrivilegedProcess)
            {
                return "needs root, for network namespaces";
            }

            return File.Exists(Place.Lateen) ? null : $"{Place.Lateen} is missing: run `make build`";
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Impossible is not null)
        {
            return;
        }

        try
        {
            await UpAsync([.. UpArguments]);
        }
        catch (Exception)
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Impossible is null)
        {
            await LateenAsync("down", "--home", Home);
            Directory.Delete(Home, recursive: true);
        }
    }

    /// <summary>Skips the calling test where the cluster cannot run.</summary>
    public static void Require() => Assert.SkipWhen(Impossible is not null, Impossible ?? "");

    internal async Task UpAsync(params string[] more) =>
        (await Command.RunAsync(Place.Lateen, ["up", "--detach", "--home", Home, .. more], limit: StartLimit)).Text();

    /// <summary>A shell whose kubectl speaks to this cluster.</summary>
    internal Shell Shell() => new(KubectlEnvironment());

    /// <summary>A shell that knows the ingress's addresses, by the commands of Istio's task pages.</summary>
    internal async Task<Shell> ShellWithIngressAsync()
    {
        Shell shell = Shell();
        await shell.RunAsync("""
            export INGRESS_NAME=istio-ingressgateway INGRESS_NS=istio-system
            export INGRESS_HOST=$(kubectl -n "$INGRESS_NS" get service "$INGRESS_NAME" -o jsonpath='{.status.loadBalancer.ingress[0].ip}')
            export INGRESS_PORT=$(kubectl -n "$INGRESS_NS" get service "$INGRESS_NAME" -o jsonpath='{.spec.ports[?(@.name=="http2")].port}')
            export TCP_INGRESS_PORT=$(kubectl -n "$INGRESS_NS" get service "$INGRESS_NAME" -o jsonpath='{.spec.ports[?(@.name=="tcp")].port}')
            export GATEWAY_URL=$INGRESS_HOST:$INGRESS_PORT
            """);
        return shell;
    }

    internal Task<Outcome> LateenAsync(params string[] arguments) =>
        Command.RunAsync(Place.Lateen, arguments, environment: KubectlEnvironment());

    internal Task<Outcome> TryKubectlAsync(string arguments, string? input = null, string version = "1.32") =>
        Command.RunAsync(Place.Kubectl(version), Split(arguments), input, KubectlEnvironment());

    /// <summary>Runs kubectl, which must succeed; returns its standard output.</summary>
    internal async Task<string> KubectlAsync(string arguments, string? input = null, string version = "1.32") =>
        (await TryKubectlAsync(arguments, input, version)).Text().TrimEnd();

    internal async Task<JsonNode> GetAsync(string arguments) =>
        JsonNode.Parse(await KubectlAsync($"get {arguments} -o json")) ?? throw new InvalidOperationException("kubectl printed null");

    /// <summary>The ingress address as Istio's tasks compute it.</summary>
    internal async Task<Uri> IngressAsync()
    {
        string host = await KubectlAsync("get service istio-ingressgateway -n istio-system -o jsonpath={.status.loadBalancer.ingress[0].ip}");
        string port = await KubectlAsync("get service istio-ingressgateway -n istio-system -o jsonpath={.spec.ports[?(@.name==\"http2\")].port}");
        return new Uri($"http://{host}:{port}/");
    }

    /// <summary>Runs a command in a container through the API.</summary>
    internal Task<string> ExecAsync(string target, string container, params string[] command) => RunExecAsync(target, container, command);

    private async Task<string> RunExecAsync(string target, string container, string[] command) =>
        (await Command.RunAsync("kubectl", ["exec", target, "-c", container, "--", .. command], environment: KubectlEnvironment())).Text();

    private Dictionary<string, string> KubectlEnvironment() => new() { ["KUBECONFIG"] = Kubeconfig };

    // Splits at blanks; a part in double quotes stays whole with its quotes removed only at the ends.
    private static IEnumerable<string> Split(string arguments)
    {
        var part = new System.Text.StringBuilder();
        bool quoted = false;
        foreach (char c in arguments)
        {
            if (c == '\'')
            {
                quoted = !quoted;
            }
            else if (c == ' ' && !quoted)
            {
                if (part.Length > 0)
                {
                    yield return part.ToString();
                }

                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }
}
