namespace Lateen.Lateend;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Text;
using Lateen.Control.Injection;

/// <summary>
/// The two ConfigMaps that steer the control plane, as last read without error: istio (the mesh configuration) and
/// istio-sidecar-injector. A wrong edit is reported and the last good content keeps serving.
/// </summary>
internal sealed class InstalledSettings(Action<string> log)
{
    private volatile InjectionConfig _injection = InjectionConfig.From(null, null);
    private volatile MeshConfig _mesh = new();
    private volatile JsonObject _defaultProxyConfig = [];

    public InjectionConfig Injection => _injection;

    public MeshConfig Mesh => _mesh;

    /// <summary>meshConfig.defaultConfig as it was written, for PROXY_CONFIG.</summary>
    public JsonObject DefaultProxyConfig => _defaultProxyConfig;

    /// <summary>Takes ConfigMap istio; false when it is wrong and was not taken.</summary>
    public bool TryTakeMesh(JsonObject configMap)
    {
        string text = configMap["data"]?["mesh"]?.ToString() ?? "";
        MeshConfig? read = MeshConfigReader.ReadMesh(text, "istio/mesh", out IReadOnlyList<Finding> findings);
        foreach (Finding finding in findings)
        {
            log($"ConfigMap istio, key mesh: {finding.Sentence}");
        }

        if (read is null)
        {
            log("ConfigMap istio, key mesh is not taken; the last good mesh configuration stays in effect");
            return false;
        }

        _mesh = read;
        _defaultProxyConfig = TryReadYaml(configMap, "mesh", out JsonObject written)
            ? written["defaultConfig"]?.DeepClone() as JsonObject ?? []
            : [];
        return true;
    }

    /// <summary>Takes ConfigMap istio-sidecar-injector.</summary>
    public void TakeInjection(JsonObject configMap)
    {
        if (TryReadYaml(configMap, "config", out JsonObject config) && TryReadYaml(configMap, "values", out JsonObject values))
        {
            _injection = InjectionConfig.From(config, values);
        }
    }

    private bool TryReadYaml(JsonObject configMap, string key, out JsonObject content)
    {
        content = [];
        string name = configMap["metadata"]?["name"]?.ToString() ?? "";
        string text = configMap["data"]?[key]?.ToString() ?? "";
        if (text.Length == 0)
        {
            return true;
        }

        // JSON is YAML, so one reader serves both keys.
        ReadResult result = StrictYaml.Read(text, $"{name}/{key}");
        foreach (Finding finding in result.Findings)
        {
            log($"ConfigMap {name}, key {key}: {finding}");
        }

        if (!result.Ok)
        {
            log($"ConfigMap {name}, key {key} is not taken; the last good content stays in effect");
            return false;
        }

        content = result.Documents.FirstOrDefault()?.Root as JsonObject ?? [];
        return true;
    }
}
