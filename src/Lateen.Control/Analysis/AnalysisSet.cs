namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Injection;

/// <summary>All objects of one analysis. Where files and cluster both have an object, the file's counts: it is about to be applied.</summary>
public sealed class AnalysisSet
{
    private readonly ILookup<string, AnalysisObject> _byKind;
    private readonly Dictionary<string, KnownHost> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="objects">Files first.</param>
    /// <param name="mesh">What the mesh configuration says.</param>
    /// <param name="injection">The injector's configuration; null when it is not known.</param>
    public AnalysisSet(IEnumerable<AnalysisObject> objects, MeshSettings? mesh = null, InjectionConfig? injection = null)
    {
        Mesh = mesh ?? MeshSettings.Default;
        Injection = injection;
        All = [.. objects.DistinctBy(static o => (o.Group, o.Kind, o.Namespace, o.Name))];
        _byKind = All.ToLookup(static o => o.Kind, StringComparer.Ordinal);
        foreach (AnalysisObject service in Services)
        {
            _hosts.TryAdd(HostName.Of(service.Name, service.Namespace, Mesh.DomainSuffix).Value, KnownHost.OfService(service));
        }

        foreach (AnalysisObject entry in Istio("ServiceEntry"))
        {
            foreach (string host in entry.Root.TextsAt("spec", "hosts"))
            {
                _hosts.TryAdd(host, KnownHost.OfEntry(entry));
            }
        }
    }

    public MeshSettings Mesh { get; }

    public InjectionConfig? Injection { get; }

    public IReadOnlyList<AnalysisObject> All { get; }

    public IEnumerable<string> HostNames => _hosts.Keys;

    public IEnumerable<AnalysisObject> Services => _byKind["Service"].Where(static o => o.Group.Length == 0);

    public IEnumerable<AnalysisObject> Pods => _byKind["Pod"];

    public IEnumerable<AnalysisObject> Namespaces => _byKind["Namespace"];

    public IEnumerable<AnalysisObject> Deployments => _byKind["Deployment"];

    /// <summary>Pods, and what makes pods: a file has seldom a pod itself.</summary>
    public IEnumerable<AnalysisObject> Workloads =>
        Pods.Concat(Deployments).Concat(_byKind["StatefulSet"]).Concat(_byKind["DaemonSet"]).Concat(_byKind["WorkloadEntry"]);

    /// <summary>Objects of a kind of Istio's groups; Gateway is a kind of others too.</summary>
    public IEnumerable<AnalysisObject> Istio(string kind) => _byKind[kind].Where(static o => o.IsIstio);

    public IEnumerable<AnalysisObject> GatewayApi(string kind) =>
        _byKind[kind].Where(static o => o.Group == "gateway.networking.k8s.io");

    /// <summary>The service or entry that a host means; an entry's wildcard counts.</summary>
    public KnownHost? FindHost(string host, string ns)
    {
        HostName full = HostName.Expand(host, ns, Mesh.DomainSuffix);
        if (_hosts.TryGetValue(full.Value, out KnownHost? known) && known.IsVisibleTo(ns))
        {
            return known;
        }

        // "reviews.prod" and "reviews.prod.svc" mean a Service too, the way a resolver would complete them.
        string[] longer = [$"{host}.svc.{Mesh.DomainSuffix}", $"{host}.{Mesh.DomainSuffix}"];
        if (host.Contains('.') && longer.FirstOrDefault(_hosts.ContainsKey) is { } found)
        {
            return _hosts[found];
        }

        HostName? wildcard = HostName.MostSpecificMatch(full,
            _hosts.Keys.Where(static h => h.StartsWith('*')).Select(static h => new HostName(h)));
        return wildcard is { } match && _hosts[match.Value] is { } entry && entry.IsVisibleTo(ns) ? entry : null;
    }

    /// <summary>The full name of a host, for comparing.</summary>
    public string FullHost(string host, string ns) => HostName.Expand(host, ns, Mesh.DomainSuffix).Value;

    /// <summary>Labels that the pods of a workload carry.</summary>
    public static IReadOnlyDictionary<string, string> PodLabels(AnalysisObject workload) => workload.Kind switch
    {
        "Pod" => workload.Labels,
        "WorkloadEntry" => workload.Map("spec", "labels"),
        _ => workload.Map("spec", "template", "metadata", "labels"),
    };

    /// <summary>The pod spec of a workload.</summary>
    public static JsonNode? PodSpec(AnalysisObject workload) =>
        workload.Kind == "Pod" ? workload.Root["spec"] : workload.Root.At("spec", "template", "spec");

    public static bool Selects(IReadOnlyDictionary<string, string> selector, IReadOnlyDictionary<string, string> labels) =>
        selector.Count > 0 && selector.All(term => labels.TryGetValue(term.Key, out string? value) && value == term.Value);

    public IEnumerable<AnalysisObject> Selected(IReadOnlyDictionary<string, string> selector, string? ns) =>
        Workloads.Where(w => (ns is null || w.Namespace == ns) && Selects(selector, PodLabels(w)));
}
