namespace Lateen.Local.Runtime.Pods;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Native;
using Lateen.Local.Runtime.Containers;

/// <summary>
/// A pod's volumes as folders in the cluster's private /run. Files are replaced by rename, so a reader sees the old or the new content;
/// there are no links, because mounts never follow any.
/// </summary>
internal sealed class PodVolumes(RuntimeContext context, JsonObject pod, string folder)
{
    private const int DefaultTokenSeconds = 3600;
    private readonly int? _group = (int?)pod.Number("spec", "securityContext", "fsGroup");

    /// <summary>When the first token has used up four fifths of its life and the volumes must be written again.</summary>
    internal DateTimeOffset RefreshAt { get; private set; } = DateTimeOffset.MaxValue;

    internal bool Uses(string kind, string name) => pod.Items("spec", "volumes").SelectMany(Sources).Any(source =>
        kind == "ConfigMap" ? source.Text("configMap", "name") == name
            : (source.Text("secret", "secretName") ?? source.Text("secret", "name")) == name);

    internal async Task WriteAsync(string podIp, CancellationToken cancel)
    {
        RefreshAt = DateTimeOffset.MaxValue;
        foreach (JsonObject volume in pod.Items("spec", "volumes").Where(static v => v.At("hostPath") is null))
        {
            string target = Path.Combine(folder, volume.Text("name") ?? "");
            bool created = !Directory.Exists(target);
            Directory.CreateDirectory(target);
            if (created)
            {
                File.SetUnixFileMode(target, (UnixFileMode)(volume.At("emptyDir") is null ? 0x1ED : 0x1FF));
                Own(target);
            }

            foreach (JsonObject source in Sources(volume))
            {
                await WriteSourceAsync(source, target, podIp, cancel).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<JsonObject> Sources(JsonObject volume) =>
        volume.At("projected") is { } projected ? projected.Items("sources") : [volume];

    private async Task WriteSourceAsync(JsonObject source, string target, string podIp, CancellationToken cancel)
    {
        int mode = (int)(source.Number("configMap", "defaultMode") ?? source.Number("secret", "defaultMode") ?? 0x1A4);
        if (source.At("configMap") is { } map)
        {
            WriteItems(map, Find(context.ConfigMaps, "configmap", map.Text("name"), map.Flag("optional")), target, mode, encoded: false);
        }
        else if (source.At("secret") is { } secret)
        {
            string? name = secret.Text("secretName") ?? secret.Text("name");
            WriteItems(secret, Find(context.Secrets, "secret", name, secret.Flag("optional")), target, mode, encoded: true);
        }
        else if (source.At("downwardAPI") is { } downward)
        {
            foreach (JsonObject item in downward.Items("items"))
            {
                string value = item.Text("fieldRef", "fieldPath") is { } field ? FieldValues.Field(pod, podIp, field)
                    : FieldValues.Resource(ContainerNamed(item.Text("resourceFieldRef", "containerName")),
                        item.Text("resourceFieldRef", "resource") ?? "", item.At("resourceFieldRef", "divisor")?.ToString());
                WriteFile(target, item.Text("path") ?? "", Encoding.UTF8.GetBytes(value), mode);
            }
        }
        else if (source.At("serviceAccountToken") is { } token)
        {
            await WriteTokenAsync(token, target, cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteTokenAsync(JsonNode token, string target, CancellationToken cancel)
    {
        long seconds = token.Number("expirationSeconds") ?? DefaultTokenSeconds;
        string[] audiences = token.Text("audience") is { Length: > 0 } audience ? [audience] : [];
        ServiceAccountToken issued = await context.Client.CreateTokenAsync(pod.Namespace(),
            pod.Text("spec", "serviceAccountName") ?? "default", audiences, TimeSpan.FromSeconds(seconds), pod, cancel).ConfigureAwait(false);
        // Kubernetes' rule: 0600 for the user when the pod has one, otherwise readable through fsGroup or by all.
        WriteFile(target, token.Text("path") ?? "token", Encoding.UTF8.GetBytes(issued.Token), 0x1A4);
        DateTimeOffset refresh = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(seconds * 0.8);
        RefreshAt = refresh < RefreshAt ? refresh : RefreshAt;
    }

    private void WriteItems(JsonNode reference, JsonObject? found, string target, int mode, bool encoded)
    {
        if (found is null)
        {
            return;
        }

        List<JsonObject> items = [.. reference.Items("items")];
        IEnumerable<(string Key, string Path, int Mode)> wanted = items.Count > 0
            ? items.Select(item => (item.Text("key") ?? "", item.Text("path") ?? "", (int)(item.Number("mode") ?? mode)))
            : found.Pairs("data").Concat(found.Pairs("binaryData")).Select(pair => (pair.Key, pair.Key, mode));
        HashSet<string> written = [];
        foreach ((string key, string path, int fileMode) in wanted)
        {
            string? value = found.Text("data", key);
            string? binary = found.Text("binaryData", key);
            if (value is null && binary is null)
            {
                if (!reference.Flag("optional"))
                {
                    throw new ContainerConfigException($"references non-existent key: {key}");
                }

                continue;
            }

            byte[] content = binary is not null ? Convert.FromBase64String(binary)
                : encoded ? Convert.FromBase64String(value ?? "") : Encoding.UTF8.GetBytes(value ?? "");
            WriteFile(target, path, content, fileMode);
            written.Add(path);
        }
    }

    private void WriteFile(string target, string path, byte[] content, int mode)
    {
        string full = Path.GetFullPath(Path.Combine(target, path));
        if (!full.StartsWith(target + "/", StringComparison.Ordinal))
        {
            throw new ContainerConfigException($"the path \"{path}\" leads out of its volume");
        }

        if (File.Exists(full) && content.AsSpan().SequenceEqual(File.ReadAllBytes(full)))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? target);
        string temporary = Path.Combine(folder, ".new-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        File.WriteAllBytes(temporary, content);
        File.SetUnixFileMode(temporary, (UnixFileMode)mode);
        Own(temporary);
        File.Move(temporary, full, overwrite: true);
    }

    private void Own(string path)
    {
        if (_group is { } group)
        {
            LinuxCalls.Check(LinuxCalls.ChangeOwner(path, uint.MaxValue, (uint)group), $"chown {path}");
        }
    }

    private JsonObject ContainerNamed(string? name) =>
        pod.Items("spec", "containers").FirstOrDefault(c => c.Text("name") == name) ?? [];

    private JsonObject? Find(ObjectCache cache, string kind, string? name, bool optional)
    {
        JsonObject? found = cache.Get(pod.Namespace(), name ?? "");
        return found is null && !optional ? throw new ContainerConfigException($"{kind} \"{name}\" not found") : found;
    }
}
