namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Config;
using Lateen.Testing;

/// <summary>Sends requests and counts who got them.</summary>
internal static class HostCounts
{
    public static HostConfig Host(int number) => new() { Address = TestProxy.Ip($"10.0.1.{number}", 9080) };

    public static int[] Of(int requests, Func<ClusterConfig, ClusterConfig> cluster, IReadOnlyList<HostHealth> health) =>
        Of(requests, cluster, [.. health.Select(static (h, i) => Host(i + 1) with { Health = h })]);

    public static int[] Of(int requests, Func<ClusterConfig, ClusterConfig> cluster, IReadOnlyList<HostConfig> hosts)
    {
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = hosts;
            s.Cluster = cluster;
        });
        TestUpstream[] upstreams =
        [
            proxy.Upstream, .. hosts.Skip(1).Select(h => proxy.AddUpstream(h.Address.ToIPAddress().ToString(), 9080)),
        ];
        TestClient client = proxy.Connect();
        for (int i = 0; i < requests; i++)
        {
            client.Send("GET /");
        }

        return [.. upstreams.Select(static u => u.RequestCount)];
    }
}
