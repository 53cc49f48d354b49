namespace Lateen.Proxy.Clusters;

/// <summary>Counts of one host, as /clusters shows them. Interlocked, because all workers share it.</summary>
public sealed class HostStats
{
    private long _requests;
    private long _requestErrors;
    private long _requestTimeouts;
    private long _requestSuccesses;
    private long _connections;
    private long _connectFailures;

    public long Requests => Volatile.Read(ref _requests);

    public long RequestErrors => Volatile.Read(ref _requestErrors);

    public long RequestTimeouts => Volatile.Read(ref _requestTimeouts);

    public long RequestSuccesses => Volatile.Read(ref _requestSuccesses);

    public long Connections => Volatile.Read(ref _connections);

    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    internal void AddRequest() => Interlocked.Increment(ref _requests);

    internal void AddSuccess() => Interlocked.Increment(ref _requestSuccesses);

    internal void AddError() => Interlocked.Increment(ref _requestErrors);

    internal void AddTimeout() => Interlocked.Increment(ref _requestTimeouts);

    internal void AddConnection() => Interlocked.Increment(ref _connections);

    internal void AddConnectFailure() => Interlocked.Increment(ref _connectFailures);
}
