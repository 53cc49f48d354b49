namespace Lateen.Proxy.Clusters;

/// <summary>Why a pool could not give a connection.</summary>
internal enum PoolFailure : byte
{
    Overflow,
    ConnectFailed,
    ConnectTimeout,
}
