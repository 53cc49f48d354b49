namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Analysis;
using Lateen.CommandLine.Cluster;
using Lateen.Control.Analysis;
using Lateen.Control.Injection;
using Lateen.Kubernetes;

/// <summary>lateen inject: writes the proxy into manifests, with a cluster's settings or those this program is built with.</summary>
internal sealed class InjectCommand
{
    private readonly KubeOptions _kube = new();
    private readonly Option<string> _istioNamespace = Options.IstioNamespace();
    private readonly Option<string> _namespace = Options.Namespace();
    private readonly Option<string[]> _files = new("--filename", "-f")
    {
        Description = "manifest; - is standard input",
        Required = true,
        HelpName = "FILE",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "write to this file instead of standard output",
        HelpName = "FILE",
    };
    private readonly Option<string> _revision = new("--revision", "-r")
    {
        Description = "control plane's revision",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "ask no cluster: use the charts' defaults for what no file gives",
    };
    private readonly Option<string?> _mesh = new("--meshConfigFile") { Description = "mesh configuration", HelpName = "FILE" };
    private readonly Option<string?> _config = new("--injectConfigFile")
    {
        Description = "injector's configuration",
        HelpName = "FILE",
    };
    private readonly Option<string?> _values = new("--valuesFile") { Description = "injector's values", HelpName = "FILE" };

    public static Command Create()
    {
        var self = new InjectCommand();
        var command = new Command("inject", "add the proxy to the pods of manifests")
        {
            self._files, self._output, self._revision, self._offline, self._mesh, self._config, self._values, self._namespace,
            self._istioNamespace,
        };
        command.Aliases.Add("kube-inject");
        self._kube.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string ns = parsed.GetRequiredValue(_namespace);
        var files = new ManifestFiles(ns);
        await files.ReadAsync(parsed.GetRequiredValue(_files), isRecursive: false, cancel);
        if (files.Problems.Count > 0)
        {
            throw new CommandFailure(string.Join('\n', files.Problems), CommandTree.DataError);
        }

        ManifestInjector injector = await InjectorAsync(parsed, cancel);
        List<JsonNode> written = [];
        foreach (AnalysisObject each in files.Objects)
        {
            (JsonObject injected, IReadOnlyList<string> warnings) = injector.Inject(each.Root, ns);
            written.Add(injected);
            foreach (string warning in warnings)
            {
                Console.Error.WriteLine($"warning: {each.FriendlyName}: {warning}");
            }
        }

        string text = YamlWriter.WriteAll(written);
        if (parsed.GetValue(_output) is { } file)
        {
            await File.WriteAllTextAsync(file, text, cancel);
        }
        else
        {
            Console.Write(text);
        }

        return 0;
    }

    private async Task<ManifestInjector> InjectorAsync(ParseResult parsed, CancellationToken cancel)
    {
        string revision = parsed.GetRequiredValue(_revision);
        bool given = parsed.GetValue(_mesh) is not null && parsed.GetValue(_config) is not null
            && parsed.GetValue(_values) is not null;
        JsonObject mesh, settings;
        bool native = true;
        if (given || parsed.GetValue(_offline))
        {
            mesh = BuiltIn("istio");
            settings = BuiltIn("istio-sidecar-injector");
        }
        else
        {
            using var api = new KubeApi(_kube.Configuration(parsed));
            string suffix = revision is "" or "default" ? "" : "-" + revision;
            string root = parsed.GetRequiredValue(_istioNamespace);
            mesh = await FindAsync(api, root, "istio" + suffix, cancel);
            settings = await FindAsync(api, root, "istio-sidecar-injector" + suffix, cancel);
            native = (await ServerVersion.ReadAsync(api, cancel)).HasNativeSidecars;
        }

        JsonObject meshConfig = await YamlAsync(parsed.GetValue(_mesh), mesh.TextAt("data", "mesh"), cancel);
        InjectionConfig injection = InjectionConfig.From(
            await YamlAsync(parsed.GetValue(_config), settings.TextAt("data", "config"), cancel),
            await YamlAsync(parsed.GetValue(_values), settings.TextAt("data", "values"), cancel));
        return new ManifestInjector(injection, meshConfig, native);
    }

    private static async Task<JsonObject> FindAsync(KubeApi api, string ns, string name, CancellationToken cancel) =>
        await api.FindAsync(KubePath.ConfigMaps.Named(ns, name), cancel)
        ?? throw new CommandFailure(
            $"there is no ConfigMap {name} in namespace {ns}: no such control plane is installed; use --offline to inject without one");

    private static async Task<JsonObject> YamlAsync(string? file, string fallback, CancellationToken cancel)
    {
        string text = file is null ? fallback
            : File.Exists(file) ? await File.ReadAllTextAsync(file, cancel)
            : throw new CommandFailure($"{file}: there is no such file", CommandTree.DataError);
        ReadResult read = StrictYaml.Read(text, file ?? "");
        return read.Ok
            ? read.Documents.FirstOrDefault()?.Root as JsonObject ?? []
            : throw new CommandFailure(string.Join('\n', read.Findings), CommandTree.DataError);
    }

    private static JsonObject BuiltIn(string name) => StrictYaml.Read(Resources.Read("charts/istiod.yaml")).Documents
        .Select(static d => d.Root).OfType<JsonObject>()
        .First(d => d.TextAt("kind") == "ConfigMap" && d.TextAt("metadata", "name") == name);
}
