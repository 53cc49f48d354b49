namespace Lateen.Proxy.Clusters;

/// <summary>An attempt that failed without a response of the host, as outlier detection tells them apart.</summary>
internal enum LocalOriginFailure : byte
{
    /// <summary>The connection failed or broke; counts as 503 unless errors are split by origin.</summary>
    Connection,

    /// <summary>No response in time; counts as 504 unless errors are split by origin.</summary>
    Timeout,
}
