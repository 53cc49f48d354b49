namespace Lateen.Proxy.Config;

/// <summary>Ways of shedding load; the names are Envoy's.</summary>
public enum OverloadAction : byte
{
    StopAcceptingConnections,
    RejectIncomingConnections,
    StopAcceptingRequests,
    DisableHttpKeepalive,
    ReduceTimeouts,
    ShrinkHeap,
}
