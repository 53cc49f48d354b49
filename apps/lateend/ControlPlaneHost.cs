namespace Lateen.Lateend;

using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using k8s;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Control;
using Lateen.Control.Config;
using Lateen.Control.Identity;
using Lateen.Lateend.Debug;
using Lateen.Lateend.Metrics;
using Lateen.Lateend.Webhooks;
using Lateen.Kubernetes;

/// <summary>Builds the control plane's parts in order, connects them, and runs them until it is told to stop.</summary>
internal sealed class ControlPlaneHost(LateendOptions options, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan ServerCertificateLifetime = TimeSpan.FromDays(365);

    public async Task RunAsync(string instance, CancellationToken cancel)
    {
        using var api = new KubeApi(Configuration());
        ServerVersion version = await ConnectAsync(api, cancel);

        // 1. Identity: the root, the certificate of our own listeners, and both where others look for them.
        using CertificateAuthority authority =
            await CaSecret.LoadOrCreateAsync(api, options.Namespace, "cluster.local", time, cancel);
        using X509Certificate2 certificate = authority.IssueServer(options.ServiceNames, ServerCertificateLifetime);

        // 2. Configuration: from watches over the store and the snapshot to the proxies, and status back to the objects.
        var metrics = new ControlMetrics(time);
        var settings = new InstalledSettings(log);
        using var mesh = new ControlPlane(time, metrics, MeshSettings.Default with
        {
            DomainSuffix = options.Domain,
            ClusterId = options.ClusterId,
            RootNamespace = options.Namespace,
        });
        mesh.Config.MeshConfigRejected += problem => log($"ConfigMap istio is not taken, the last good one stays in effect: {problem}");
        var statuses = new StatusWriter(api, mesh.Status.All, time, log);
        var election = new LeaderElection(api, options.Namespace, "istio-status-leader" + options.Suffix, instance, log);
        var gateways = new GatewayApiController(api, () => mesh.Snapshot, () => election.IsLeader, time, log);
        mesh.Discovery.StatusChanged += _ => statuses.Wake();
        mesh.Published += _ =>
        {
            statuses.Wake();
            gateways.Wake();
        };
        mesh.Config.Rejection += statuses.Wake;

        // 3. The listeners.
        await TakeSettingsAsync(api, settings, mesh.Config, cancel);
        await using WebApplication servers = Servers.Build(
            options, certificate, mesh.Discovery, metrics,
            new DebugEndpoints(mesh.Discovery, settings, instance),
            new InjectionEndpoint(settings, options, metrics, version.HasNativeSidecars),
            new ValidationEndpoint(mesh.Discovery, time),
            () => mesh.Config.IsSynced);
        await servers.StartAsync(cancel);
        log($"serving xDS on {options.XdsPort}, webhooks on {options.WebhookPort}, metrics on {options.MonitoringPort}, debug on {options.HttpPort}");

        await Task.WhenAll(
            mesh.RunAsync(cancel),
            election.RunAsync(
                leading =>
                {
                    gateways.Wake();
                    return statuses.RunAsync(leading);
                },
                cancel),
            gateways.RunAsync(cancel),
            new MeshSource(api, mesh.Config, time, log).RunAsync(cancel),
            WatchSettingsAsync(api, settings, mesh.Config, cancel),
            PublishRootAsync(api, authority.RootPem, cancel),
            PublishCertificateAsync(api, KubePath.MutatingWebhooks, authority.RootPem, cancel),
            PublishCertificateAsync(api, KubePath.ValidatingWebhooks, authority.RootPem, cancel));
    }

    private KubernetesClientConfiguration Configuration() => options.Kubeconfig is { } path
        ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path)
        : KubernetesClientConfiguration.InClusterConfig();

    // The API may come up after us: nothing else is worth starting before it answers.
    private async Task<ServerVersion> ConnectAsync(KubeApi api, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await ServerVersion.ReadAsync(api, cancel);
            }
            catch (Exception e) when (e is KubeApiException or HttpRequestException or IOException)
            {
                log($"the Kubernetes API does not answer yet: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancel);
            }
        }
    }

    private string MeshConfigMap => ConfigStore.MeshConfigMap + options.Suffix;

    private string InjectorConfigMap => "istio-sidecar-injector" + options.Suffix;

    // Before the webhook answers, its settings must be there: a pod injected with defaults would stay wrong.
    private async Task TakeSettingsAsync(KubeApi api, InstalledSettings settings, ConfigStore store, CancellationToken cancel)
    {
        foreach (string name in new[] { MeshConfigMap, InjectorConfigMap })
        {
            if (await api.FindAsync(KubePath.ConfigMaps.Named(options.Namespace, name), cancel) is { } map)
            {
                Take(map, settings, store);
            }
        }
    }

    private void Take(JsonObject map, InstalledSettings settings, ConfigStore store)
    {
        string? name = map["metadata"]?["name"]?.ToString();
        if (name == InjectorConfigMap)
        {
            settings.TakeInjection(map);
        }
        else if (name == MeshConfigMap && settings.TryTakeMesh(map) && ResourceJson.TryRead(map, out ConfigMap? typed, out _))
        {
            store.Apply(new ResourceKey("", "ConfigMap", options.Namespace, ConfigStore.MeshConfigMap), typed);
        }
    }

    private Task WatchSettingsAsync(KubeApi api, InstalledSettings settings, ConfigStore store, CancellationToken cancel) =>
        new ResourceWatcher(api, KubePath.ConfigMaps.In(options.Namespace), new SettingsHandler(map => Take(map, settings, store), log), time)
            .RunAsync(cancel);

    private Task PublishRootAsync(KubeApi api, string rootPem, CancellationToken cancel)
    {
        var roots = new RootCertificates(api, rootPem, log);
        return Task.WhenAll(roots.RunAsync(cancel), new ResourceWatcher(api, KubePath.Namespaces.All, roots, time).RunAsync(cancel));
    }

    private Task PublishCertificateAsync(KubeApi api, KubePath kind, string rootPem, CancellationToken cancel)
    {
        var webhooks = new WebhookCertificates(api, kind, options.ServiceName, options.Namespace, rootPem, log);
        return Task.WhenAll(webhooks.RunAsync(cancel), new ResourceWatcher(api, kind.All, webhooks, time).RunAsync(cancel));
    }

    private sealed class SettingsHandler(Action<JsonObject> take, Action<string> log) : ResourceHandler
    {
        public override void Applied(JsonObject item) => take(item);

        public override void Removed(JsonObject item)
        {
            // The last good settings stay in effect.
        }

        public override void Failed(string path, Exception reason) => log($"watching {path}: {reason.Message}");
    }
}
