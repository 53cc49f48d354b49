namespace Lateen.Proxy.Xds;

using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds.Reading;

/// <summary>
/// Resources that come from files (path_config_source): clusters, listeners and secrets. The files are looked at every second; what is good
/// takes effect, what is not is told in the log, and the last good version serves on.
/// </summary>
public sealed class PathSources(ResourceStore store, ProxySetup setup, StatsStore stats, ProxyLog log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, WatchedFile> _files = new(StringComparer.Ordinal);
    private volatile bool _hasFiles;
    private readonly XdsStats _stats = new(stats);

    /// <summary>Something comes from a file.</summary>
    public bool HasFiles => _hasFiles;

    /// <summary>Looks at all files now; true when something has changed, so that a new snapshot is due.</summary>
    public bool Load()
    {
        bool changed = setup.ClustersFile.Length > 0 && Load(TypeUrls.Cluster, setup.ClustersFile);
        changed |= setup.ListenersFile.Length > 0 && Load(TypeUrls.Listener, setup.ListenersFile);

        // Last, because what was just read may name secrets.
        foreach (IGrouping<string, string> file in store.FileSecrets())
        {
            changed |= LoadSecrets(file.Key, [.. file]);
        }

        return changed;
    }

    /// <summary>Looks again every second, and calls back after a change.</summary>
    public async Task RunAsync(Action changed, TimeProvider time, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancel.IsCancellationRequested && Load())
            {
                changed();
            }
        }
    }

    private bool Load(string typeUrl, string path)
    {
        WatchedFile file = FileAt(path);
        byte[]? content = Read(file, typeUrl, out DiscoveryResponse? response);
        if (content is null || response is null)
        {
            return false;
        }

        // A file is the whole of its kind: what it no longer names is gone.
        var delta = new DeltaDiscoveryResponse { TypeUrl = typeUrl, SystemVersionInfo = response.VersionInfo };
        delta.Resources.AddRange(response.Resources.Select(resource => SotwEnvelope.Unwrap(resource, response.VersionInfo)));
        HashSet<string> now = [.. delta.Resources.Select(static r => r.Name)];
        delta.RemovedResources.AddRange(file.Known.Where(name => !now.Contains(name)).Order(StringComparer.Ordinal));
        file.Known = now;
        (IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = store.Apply(delta);
        Tell(file, typeUrl, errors, warnings);
        return true;
    }

    private bool LoadSecrets(string path, string[] names)
    {
        WatchedFile file = FileAt(path);
        byte[]? content = Read(file, TypeUrls.Secret, out DiscoveryResponse? response);
        if (content is null || response is null)
        {
            return false;
        }

        var errors = new List<string>();
        var warnings = new List<string>();
        var companions = new List<string>();
        var missing = new HashSet<string>(names, StringComparer.Ordinal);
        bool changed = false;
        foreach (Any any in response.Resources)
        {
            var context = new ReadContext(ExtensionCatalog.Empty);
            if (context.TryUnpack(any, "Secret", Secret.Parser, out Secret secret))
            {
                missing.Remove(secret.Name);
                companions.AddRange(DiscoveryFile.FilesOf(secret));
                SecretConfig config = SecretReader.Read(secret, secret.Name, context);
                if (context.Errors.Count == 0)
                {
                    store.SetSecret(config with { Name = FileSecretKey.Of(path, secret.Name) });
                    changed = true;
                }
            }

            errors.AddRange(context.Errors);
            warnings.AddRange(context.Warnings);
        }

        errors.AddRange(missing.Select(static name => $"{name}: is not in the file"));
        file.Companions = companions;
        file.Accept(content);
        Tell(file, TypeUrls.Secret, errors, warnings);
        return changed;
    }

    private byte[]? Read(WatchedFile file, string typeUrl, out DiscoveryResponse? response)
    {
        response = null;
        byte[]? content = file.ReadIfChanged(out string problem);
        if (content is not null)
        {
            (response, problem) = DiscoveryFile.Read(content, file.Path);
            if (response is not null)
            {
                return content;
            }

            _stats.CountUpdate(typeUrl, rejected: true);
        }

        if (problem.Length > 0 && file.IsNews(problem))
        {
            log.Warning("xds", $"{file.Path}: {problem}");
        }

        return null;
    }

    private void Tell(WatchedFile file, string typeUrl, IReadOnlyList<string> errors, IReadOnlyList<string> warnings)
    {
        _stats.CountUpdate(typeUrl, errors.Count > 0);
        _stats.Warnings.Increment(warnings.Count);
        string problem = string.Join("; ", errors.Concat(warnings));
        if (file.IsNews(problem))
        {
            log.Warning("xds", $"{file.Path}: {problem}");
        }
        else if (problem.Length == 0)
        {
            log.Info("xds", $"{file.Path} was read");
        }
    }

    private WatchedFile FileAt(string path)
    {
        if (!_files.TryGetValue(path, out WatchedFile? file))
        {
            file = new WatchedFile(path);
            _files.Add(path, file);
            _hasFiles = true;
        }

        return file;
    }
}
