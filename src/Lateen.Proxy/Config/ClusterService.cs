namespace Lateen.Proxy.Config;

/// <summary>A service behind a cluster, as Istio names it in metrics.</summary>
public sealed record ClusterService(string Host, string Name, string Namespace);
