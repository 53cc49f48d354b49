namespace Lateen.Proxy.Config;

/// <summary>A cluster that gets a copy of a share of a route's requests; its answers are thrown away.</summary>
public sealed record MirrorPolicy(string Cluster)
{
    public FractionalShare Share { get; init; } = FractionalShare.Always;

    /// <summary>Append "-shadow" to the copy's host name (Envoy's default; Istio switches it off since 1.28).</summary>
    public bool AppendsShadowSuffix { get; init; }

    /// <summary>The copy's host; empty keeps the request's.</summary>
    public string HostRewriteLiteral { get; init; } = "";
}
