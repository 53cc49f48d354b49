namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>The clusters every sidecar has, whatever the configuration says.</summary>
internal static class FixedClusters
{
    public const string Passthrough = ClusterName.Passthrough;
    public const string BlackHole = ClusterName.BlackHole;
    public const string InboundPassthrough = ClusterName.InboundPassthrough;

    public static Cluster Translate(FixedClusterInputs inputs) => inputs.Name switch
    {
        BlackHole => TranslateBlackHole(inputs.ConnectTimeout),
        Passthrough => TranslatePassthrough(inputs.ConnectTimeout),
        _ => TranslateInboundPassthrough(inputs.ConnectTimeout),
    };

    // Accepts no connection: it has no host.
    private static Cluster TranslateBlackHole(TimeSpan connectTimeout) => new()
    {
        Name = BlackHole,
        AltStatName = StatPrefix.Of(BlackHole),
        Type = Cluster.Types.DiscoveryType.Static,
        LbPolicy = Cluster.Types.LbPolicy.RoundRobin,
        ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
    };

    // Connects to where the caller wanted to go.
    private static Cluster TranslatePassthrough(TimeSpan connectTimeout)
    {
        Cluster cluster = OriginalDestination(Passthrough, connectTimeout);
        UpstreamHttp.Apply(cluster, ServiceProtocol.Auto, ClusterPolicy.None);
        return cluster;
    }

    // Connects to a port of the own workload that no service names.
    private static Cluster TranslateInboundPassthrough(TimeSpan connectTimeout)
    {
        Cluster cluster = OriginalDestination(InboundPassthrough, connectTimeout);
        cluster.UpstreamBindConfig = new BindConfig
        {
            SourceAddress = new SocketAddress { Address = Sockets.InboundSource, PortValue = 0 },
        };
        UpstreamHttp.Apply(cluster, ServiceProtocol.Auto, ClusterPolicy.None);
        return cluster;
    }

    private static Cluster OriginalDestination(string name, TimeSpan connectTimeout) => new()
    {
        Name = name,
        AltStatName = StatPrefix.Of(name),
        Type = Cluster.Types.DiscoveryType.OriginalDst,
        LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
        ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
        CircuitBreakers = Breakers.From(ClusterPolicy.None),
    };
}
