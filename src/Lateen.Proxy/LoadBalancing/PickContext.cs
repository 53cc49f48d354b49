namespace Lateen.Proxy.LoadBalancing;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>What a pick may depend on.</summary>
internal ref struct PickContext
{
    public required LoopRandom Random;

    /// <summary>The connection's destination before iptables; for ORIGINAL_DST.</summary>
    public SocketAddress OriginalDst;
}
