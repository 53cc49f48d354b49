namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;
using Lateen.Proxy.Routing;

/// <summary>Picks the host of each attempt of a request: by its hash, and apart from the hosts tried before.</summary>
internal sealed class HostChoice(ActiveStream stream)
{
    private const int MaxRememberedHosts = 8;

    // Most requests try one host only: the list is made for the first that tries another.
    private Host? _first;
    private Host?[]? _tried;
    private HeaderMap? _newCookies;

    /// <summary>What the route's hash policies made of the request; null when there are none or none applied.</summary>
    public ulong? Hash { get; private set; }

    public void Reset()
    {
        _first = null;
        if (_tried?[0] is not null)
        {
            Array.Clear(_tried);
        }

        Hash = null;
        _newCookies?.Clear();
    }

    /// <summary>Once per request, with its headers as they go upstream.</summary>
    public void ComputeHash(Route route, HeaderMap request)
    {
        if (route.Hash is { } policies)
        {
            Hash = policies.Compute(request, stream.Info, ref _newCookies);
        }
    }

    public Host? Pick(Cluster cluster, RetryState retry, SubsetCriteria? subset)
    {
        int attempts = stream.Info.AttemptCount;

        // Only these two ask where the request was going.
        bool named = cluster.Config.Type is ClusterType.OriginalDst or ClusterType.DynamicForward;
        var context = new PickContext
        {
            Random = stream.Random,
            NowMicros = stream.Loop.NowMicros,
            OriginalDst = named && stream.Connection.IsRedirected ? stream.Connection.LocalAddress : default,
            Authority = named ? stream.Request.GetOrEmpty(":authority"u8) : default,
            Hash = Hash,
            Headers = stream.Request,
            Subset = subset,
            Retry = attempts > 0 ? retry.Policy : null,
            Tried = attempts > 0 ? Remembered() : default,
        };
        Host? host = cluster.Pick(stream.Loop.WorkerIndex, ref context);
        if (attempts == 0)
        {
            _first = host;
        }
        else if (host is not null)
        {
            Remembered()[attempts % MaxRememberedHosts] = host;
        }

        return host;
    }

    /// <summary>Tells the client the cookies that were made for it.</summary>
    public void AddCookies(HeaderMap response)
    {
        if (_newCookies is null)
        {
            return;
        }

        for (int i = 0; i < _newCookies.Count; i++)
        {
            response.Add("set-cookie"u8, _newCookies.ValueAt(i));
        }
    }

    private Host?[] Remembered()
    {
        _tried ??= new Host?[MaxRememberedHosts];
        _tried[0] ??= _first;
        return _tried;
    }
}
