namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;
using Lateen.Testing;

/// <summary>A cluster to pick from without sending anything.</summary>
internal sealed class Picks : IDisposable
{
    private readonly TestProxy _proxy;
    private Cluster? _cluster;

    public Picks(Func<ClusterConfig, ClusterConfig> cluster, params HostConfig[] hosts)
        : this(s =>
        {
            s.Hosts = hosts;
            s.Cluster = cluster;
        })
    {
    }

    public Picks(Action<TestProxySetup> configure) => _proxy = new TestProxy(configure);

    public Cluster Cluster => _cluster ??= _proxy.Core.Clusters.Single(static c => c.Name == TestProxy.ClusterName);

    public LoopRandom Random { get; } = new(42);

    public TestProxy Proxy => _proxy;

    public Host? Pick(ulong? hash = null, SubsetCriteria? subset = null)
    {
        var context = new PickContext { Random = Random, Hash = hash, Subset = subset };
        return Cluster.Pick(0, ref context);
    }

    /// <summary>The last byte of the picked host's address; 0 when there is none.</summary>
    public int Number(ulong? hash = null, SubsetCriteria? subset = null) =>
        Pick(hash, subset) is { } host ? (int)(host.Address.V4Bits & 0xFF) : 0;

    public int[] Count(int picks, int hosts)
    {
        var counts = new int[hosts];
        for (int i = 0; i < picks; i++)
        {
            counts[Number() - 1]++;
        }

        return counts;
    }

    public void Dispose() => _proxy.Dispose();
}
