namespace Lateen.Proxy.LoadBalancing;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>What a pick may depend on.</summary>
internal ref struct PickContext
{
    public required LoopRandom Random;

    /// <summary>The loop's clock; hosts that warm up look at it.</summary>
    public long NowMicros;

    /// <summary>The connection's destination before iptables; for ORIGINAL_DST.</summary>
    public SocketAddress OriginalDst;

    /// <summary>The request's authority; for dynamic forwarding.</summary>
    public ReadOnlySpan<byte> Authority;

    /// <summary>What the route asks of a host's metadata; null asks nothing.</summary>
    public SubsetCriteria? Subset;

    /// <summary>The request's headers, for clusters that let one name the destination; null for plain bytes.</summary>
    public HeaderMap? Headers;

    /// <summary>What the hash policies made of the request; null when none applied, then a hashing balancer picks at random.</summary>
    public ulong? Hash;

    /// <summary>The retry policy of a further attempt; null for the first.</summary>
    public RetryPolicy? Retry;

    /// <summary>The hosts of earlier attempts; holds nulls.</summary>
    public ReadOnlySpan<Host?> Tried;

    /// <summary>How many draws were thrown away; a hashing balancer then looks elsewhere on its ring.</summary>
    public int Redraws;
}
