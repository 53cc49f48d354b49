namespace Lateen.Proxy.Agent.Cni;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// The node agent's work: keeps this program in the node's CNI folder and the plugin in its network configuration, also when another
/// agent rewrites that file, and takes the plugin out at the end.
/// </summary>
public sealed class CniInstaller(string binFolder, string confFolder, string confName, IReadOnlyList<string> excludedNamespaces, Action<string> log)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly JsonObject _plugin = CniConfiguration.Plugin(excludedNamespaces);

    /// <summary>True while the program and the configuration are in place.</summary>
    public bool IsInstalled =>
        File.Exists(Path.Combine(binFolder, CniNames.Type)) && FindList() is { } path
        && Read(path) is { } list && CniConfiguration.Has(list, _plugin);

    public async Task RunAsync(CancellationToken cancel)
    {
        CopyProgram();
        using var timer = new PeriodicTimer(Period);
        try
        {
            do
            {
                Update(list => CniConfiguration.Has(list, _plugin) ? list : CniConfiguration.With(list, _plugin));
            }
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // A configuration that names a plugin that is going away would keep every new pod from starting.
            Update(CniConfiguration.Without);
            log("the plugin is out of the network configuration");
        }
    }

    private void Update(Func<JsonObject, JsonObject> change)
    {
        if (FindList() is not { } path || Read(path) is not { } before)
        {
            return;
        }

        JsonObject after = change(before);
        if (ReferenceEquals(before, after) || JsonNode.DeepEquals(before, after))
        {
            return;
        }

        // A list needs the name conflist; the runtime takes the first file in order, so the single network's file goes.
        string target = Path.ChangeExtension(path, ".conflist");
        string temporary = Path.Combine(confFolder, ".lateen-new");
        File.WriteAllText(temporary, after.ToJsonString());
        File.Move(temporary, target, overwrite: true);
        if (target != path)
        {
            File.Delete(path);
        }

        log($"network configuration {target} has changed");
    }

    /// <summary>The configured file, or the first by name, as container runtimes choose it; null while there is none.</summary>
    private string? FindList()
    {
        if (confName.Length > 0)
        {
            string path = Path.Combine(confFolder, confName);
            return File.Exists(path) ? path : null;
        }

        return Directory.EnumerateFiles(confFolder)
            .Where(file => Path.GetExtension(file) is ".conf" or ".conflist" or ".json").Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private JsonObject? Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // Another agent may be half-way through writing it; the next tick looks again.
            log($"network configuration {path} cannot be read: {e.Message}");
            return null;
        }
    }

    private void CopyProgram()
    {
        string target = Path.Combine(binFolder, CniNames.Type);
        string temporary = Path.Combine(binFolder, ".lateen-new");
        File.Copy(Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown"), temporary, overwrite: true);
        File.Move(temporary, target, overwrite: true);
        log($"plugin {target} is installed");
    }
}
