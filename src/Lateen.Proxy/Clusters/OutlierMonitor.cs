namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>
/// What outlier detection knows of one host. All workers count into it without locks; ejections are the business of the cluster's
/// <see cref="OutlierDetector"/> on its home loop.
/// </summary>
internal sealed class OutlierMonitor(Host host)
{
    private int _consecutive5Xx;
    private int _consecutiveGateway;
    private int _consecutiveLocal;

    public SuccessCount External { get; } = new();

    public SuccessCount Local { get; } = new();

    /// <summary>Written by the home loop alone.</summary>
    public volatile bool IsEjected;

    /// <summary>How often the base ejection time counts; home loop alone, as all below.</summary>
    public int Multiplier { get; set; }

    public long EjectedAtMicros { get; set; }

    public long JitterMicros { get; set; }

    /// <summary>A response head.</summary>
    public void OnResponse(int status, OutlierDetectionConfig config)
    {
        External.Add(status < 500);
        if (status < 500)
        {
            Volatile.Write(ref _consecutive5Xx, 0);
            Volatile.Write(ref _consecutiveGateway, 0);
            return;
        }

        if (status is >= 502 and <= 504)
        {
            Count(ref _consecutiveGateway, config.ConsecutiveGatewayFailure, OutlierKind.ConsecutiveGatewayFailure);
        }
        else
        {
            Volatile.Write(ref _consecutiveGateway, 0);
        }

        Count(ref _consecutive5Xx, config.Consecutive5Xx, OutlierKind.Consecutive5Xx);
    }

    public void OnConnected(OutlierDetectionConfig config)
    {
        if (config.SplitExternalLocalOriginErrors)
        {
            Local.Add(success: true);
            Volatile.Write(ref _consecutiveLocal, 0);
        }
    }

    /// <summary>A connection that carries plain bytes: there is no response to judge it by.</summary>
    public void OnTcpConnected(OutlierDetectionConfig config)
    {
        OnConnected(config);
        if (!config.SplitExternalLocalOriginErrors)
        {
            OnResponse(200, config);
        }
    }

    public void OnFailure(LocalOriginFailure failure, OutlierDetectionConfig config)
    {
        if (!config.SplitExternalLocalOriginErrors)
        {
            OnResponse(failure is LocalOriginFailure.Timeout ? 504 : 503, config);
            return;
        }

        Local.Add(success: false);
        Count(ref _consecutiveLocal, config.ConsecutiveLocalOriginFailure, OutlierKind.ConsecutiveLocalOriginFailure);
    }

    /// <summary>The bout was noticed: the next one starts from zero.</summary>
    public void Restart(OutlierKind kind)
    {
        switch (kind)
        {
            case OutlierKind.Consecutive5Xx:
                Volatile.Write(ref _consecutive5Xx, 0);
                break;
            case OutlierKind.ConsecutiveGatewayFailure:
                Volatile.Write(ref _consecutiveGateway, 0);
                break;
            case OutlierKind.ConsecutiveLocalOriginFailure:
                Volatile.Write(ref _consecutiveLocal, 0);
                break;
        }
    }

    public void RestartAll()
    {
        Restart(OutlierKind.Consecutive5Xx);
        Restart(OutlierKind.ConsecutiveGatewayFailure);
        Restart(OutlierKind.ConsecutiveLocalOriginFailure);
    }

    // Exactly equal, so that of many workers one reports.
    private void Count(ref int count, uint threshold, OutlierKind kind)
    {
        if ((uint)Interlocked.Increment(ref count) == threshold)
        {
            host.Cluster.Outliers?.Report(host, kind);
        }
    }
}
