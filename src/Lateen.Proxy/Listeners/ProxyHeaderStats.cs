namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Stats;

/// <summary>Envoy's proxy_proto.* stats.</summary>
internal sealed class ProxyHeaderStats(StatsStore store, string prefix)
{
    public Counter NotFoundAllowed { get; } = store.Counter(Scope(prefix) + "not_found_allowed");

    public Counter NotFoundDisallowed { get; } = store.Counter(Scope(prefix) + "not_found_disallowed");

    public Counter FoundV1 { get; } = store.Counter(Scope(prefix) + "versions.v1.found");

    public Counter FoundV2 { get; } = store.Counter(Scope(prefix) + "versions.v2.found");

    public Counter DisallowedV1 { get; } = store.Counter(Scope(prefix) + "versions.v1.disallowed");

    public Counter DisallowedV2 { get; } = store.Counter(Scope(prefix) + "versions.v2.disallowed");

    public Counter ErrorV1 { get; } = store.Counter(Scope(prefix) + "versions.v1.error");

    public Counter ErrorV2 { get; } = store.Counter(Scope(prefix) + "versions.v2.error");

    private static string Scope(string prefix) => prefix.Length == 0 ? "proxy_proto." : $"proxy_proto.{prefix}.";
}
