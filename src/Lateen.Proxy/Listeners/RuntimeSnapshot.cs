namespace Lateen.Proxy.Listeners;

using System.Collections.Frozen;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Routing;

/// <summary>A configuration snapshot made ready to serve: what a stream reads once and keeps to its end.</summary>
internal sealed record RuntimeSnapshot
{
    public static RuntimeSnapshot Empty { get; } = new();

    public FrozenDictionary<string, Cluster> Clusters
    {
        get;
        init
        {
            field = value;
            ClustersStamp = new object();
        }
    } = FrozenDictionary<string, Cluster>.Empty;

    /// <summary>Another object for other clusters: what was looked up once holds as long as it is the same.</summary>
    public object ClustersStamp { get; private init; } = new();

    public FrozenDictionary<string, CompiledRoutes> Routes { get; init; } = FrozenDictionary<string, CompiledRoutes>.Empty;

    public ListenerTable Listeners { get; init; } = ListenerTable.Empty;
}
