namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;
using ClusterMessage = Envoy.Config.Cluster.V3.Cluster;
using ForwardMessage = Envoy.Extensions.Clusters.DynamicForwardProxy.V3.ClusterConfig;
using Types = Envoy.Config.Cluster.V3.Cluster.Types;

public sealed class ClusterReaderTests
{
    [Fact]
    public void A_ring_cluster_is_read()
    {
        ClusterConfig config = Read(new ClusterMessage
        {
            Name = "a",
            LbPolicy = Types.LbPolicy.RingHash,
            RingHashLbConfig = new Types.RingHashLbConfig { MinimumRingSize = 64, MaximumRingSize = 4096 },
            CommonLbConfig = new Types.CommonLbConfig
            {
                HealthyPanicThreshold = new Percent { Value = 30 },
                LocalityWeightedLbConfig = new Types.CommonLbConfig.Types.LocalityWeightedLbConfig(),
                ConsistentHashingLbConfig = new Types.CommonLbConfig.Types.ConsistentHashingLbConfig { UseHostnameForHashing = true },
            },
        });

        Assert.Equal((LbPolicy.RingHash, 64L, 4096L), (config.LbPolicy, config.MinRingSize, config.MaxRingSize));
        Assert.True(config.LocalityWeighted && config.HashByHostname);
        Assert.Equal(30, config.PanicThresholdPercent);
    }

    [Fact]
    public void A_warm_up_is_read_of_both_policies_that_know_it()
    {
        var slow = new Types.SlowStartConfig
        {
            SlowStartWindow = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
            Aggression = new RuntimeDouble { DefaultValue = 2 },
            MinWeightPercent = new Percent { Value = 20 },
        };
        var wanted = new SlowStartConfig { Window = TimeSpan.FromSeconds(60), Aggression = 2, MinWeightPercent = 20 };

        ClusterConfig turns = Read(new ClusterMessage
        {
            Name = "a", RoundRobinLbConfig = new Types.RoundRobinLbConfig { SlowStartConfig = slow },
        });
        ClusterConfig least = Read(new ClusterMessage
        {
            Name = "a",
            LbPolicy = Types.LbPolicy.LeastRequest,
            LeastRequestLbConfig = new Types.LeastRequestLbConfig { ChoiceCount = 3, SlowStartConfig = slow },
        });

        Assert.Equal((wanted, wanted, 3), (turns.SlowStart, least.SlowStart, least.LeastRequestChoices));
    }

    [Fact]
    public void Outlier_detection_has_Envoys_defaults()
    {
        ClusterConfig config = Read(new ClusterMessage { Name = "a", OutlierDetection = new OutlierDetection { Consecutive5Xx = 7 } });

        Assert.Equal(new OutlierDetectionConfig { Consecutive5Xx = 7 }, config.OutlierDetection);
        Assert.Null(Read(new ClusterMessage { Name = "b" }).OutlierDetection);
    }

    [Fact]
    public void Connection_settings_are_read()
    {
        var keepAlive = new TcpKeepalive { KeepaliveTime = 10, KeepaliveInterval = 5, KeepaliveProbes = 3 };
        var breakers = new CircuitBreakers();
        breakers.PerHostThresholds.Add(new CircuitBreakers.Types.Thresholds { MaxConnections = 9 });
        var options = new Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions
        {
            CommonHttpProtocolOptions = new HttpProtocolOptions
            {
                MaxConnectionDuration = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)),
                IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3)),
                MaxRequestsPerConnection = 4,
            },
        };
        var message = new ClusterMessage
        {
            Name = "a",
            UpstreamConnectionOptions = new UpstreamConnectionOptions { TcpKeepalive = keepAlive },
            CircuitBreakers = breakers,
        };
        message.TypedExtensionProtocolOptions["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"] = Any.Pack(options);

        ClusterConfig config = Read(message);

        Assert.Equal((new KeepAliveConfig(10, 5, 3), 9u), (config.KeepAlive, config.MaxConnectionsPerHost));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(3)), (config.MaxConnectionDuration, config.IdleTimeout));
        Assert.Equal(4, config.MaxRequestsPerConnection);
    }

    [Fact]
    public void DNS_settings_are_read()
    {
        ClusterConfig config = Read(new ClusterMessage
        {
            Name = "a",
            Type = Types.DiscoveryType.StrictDns,
            DnsLookupFamily = Types.DnsLookupFamily.V4Only,
            RespectDnsTtl = true,
            DnsRefreshRate = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
            DnsFailureRefreshRate = new Types.RefreshRate { BaseInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) },
        });

        Assert.Equal((DnsLookupFamily.V4Only, true), (config.DnsLookupFamily, config.RespectDnsTtl));
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1)), (config.DnsRefreshRate, config.DnsFailureBaseInterval));
        Assert.Equal(TimeSpan.FromSeconds(10), config.DnsFailureMaxInterval);
    }

    [Fact]
    public void A_dynamic_forward_cluster_is_read()
    {
        ClusterConfig config = Read(new ClusterMessage
        {
            Name = "a",
            LbPolicy = Types.LbPolicy.ClusterProvided,
            ClusterType = new Types.CustomClusterType
            {
                Name = "envoy.clusters.dynamic_forward_proxy",
                TypedConfig = Any.Pack(new ForwardMessage
                {
                    DnsCacheConfig = new Envoy.Extensions.Common.DynamicForwardProxy.V3.DnsCacheConfig { Name = "cache", MaxHosts = 5 },
                }),
            },
        });

        Assert.Equal(ClusterType.DynamicForward, config.Type);
        Assert.Equal(new DynamicForwardConfig { MaxHosts = 5 }, config.DynamicForward);
    }

    [Fact]
    public void What_cannot_be_done_is_refused_by_path()
    {
        Refused("Cluster.maglev_lb_config.table_size", new ClusterMessage
        {
            Name = "a",
            LbPolicy = Types.LbPolicy.Maglev,
            MaglevLbConfig = new Types.MaglevLbConfig { TableSize = 100 },
        });
        Refused("Cluster.ring_hash_lb_config", new ClusterMessage
        {
            Name = "a",
            LbPolicy = Types.LbPolicy.RingHash,
            RingHashLbConfig = new Types.RingHashLbConfig { MinimumRingSize = 10, MaximumRingSize = 5 },
        });
        Refused("Cluster.outlier_detection.max_ejection_percent", new ClusterMessage
        {
            Name = "a", OutlierDetection = new OutlierDetection { MaxEjectionPercent = 101 },
        });
        Refused("Cluster.outlier_detection.interval", new ClusterMessage
        {
            Name = "a", OutlierDetection = new OutlierDetection { Interval = new Duration() },
        });
        Refused("Cluster.cluster_type", new ClusterMessage
        {
            Name = "a", ClusterType = new Types.CustomClusterType { Name = "envoy.clusters.aggregate" },
        });
        Refused("Cluster.common_lb_config.consistent_hashing_lb_config.hash_balance_factor", new ClusterMessage
        {
            Name = "a",
            CommonLbConfig = new Types.CommonLbConfig
            {
                ConsistentHashingLbConfig = new Types.CommonLbConfig.Types.ConsistentHashingLbConfig { HashBalanceFactor = 99 },
            },
        });
    }

    [Fact]
    public void A_field_without_effect_is_named()
    {
        var message = new ClusterMessage { Name = "a" };
        message.CloseConnectionsOnHostHealthFailure = true;
        var context = new ReadContext(ExtensionCatalog.Empty);

        ClusterReader.Read(message, "Cluster", context);

        Assert.Contains("Cluster.close_connections_on_host_health_failure: has no effect in this version", context.Warnings);
    }

    private static ClusterConfig Read(ClusterMessage message)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        ClusterConfig config = ClusterReader.Read(message, "Cluster", context);
        Assert.Empty(context.Errors);
        return config;
    }

    private static void Refused(string path, ClusterMessage message)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        ClusterReader.Read(message, "Cluster", context);
        Assert.Contains(context.Errors, error => error.StartsWith(path + ":", StringComparison.Ordinal));
    }
}
