namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>helloworld in several localities, called from region1/zone1/subzone1.</summary>
public sealed class LocalityTests
{
    private const string Outliers = "outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 1m, maxEjectionPercent: 100}";

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.distribute.from")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.distribute.to")]
    public void Distribute_shares_calls_among_localities_and_leaves_out_those_it_does_not_name()
    {
        using Mesh mesh = World(Rule(
            """localityLbSetting: {distribute: [{from: region1/*, to: {"region1/zone1/*": 70, "region1/zone2/*": 20, "region3/*": 10}}]}"""));

        Dictionary<string, int> counts = Count(mesh, 1000);

        Assert.InRange(counts["z1"], 640, 760);
        Assert.InRange(counts["z2"], 140, 260);
        Assert.InRange(counts["r3"], 60, 140);
        Assert.False(counts.ContainsKey("r2"));
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.distribute.from")]
    public void Distribute_for_another_region_leaves_this_one_alone()
    {
        using Mesh mesh = World(Rule("localityLbSetting: {distribute: [{from: region9, to: {region3: 100}}]}"));

        Assert.Equal(4, Count(mesh, 100).Count);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.enabled")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection")]
    public void The_nearest_locality_takes_all_calls_and_the_next_when_it_fails()
    {
        using Mesh mesh = World(Rule("simple: ROUND_ROBIN", Outliers));

        Assert.Equal(["z1"], Count(mesh, 20).Keys);

        Break(mesh, "z1");
        Assert.Equal(["z2"], Count(mesh, 20).Keys);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.outlierDetection")]
    public void Without_outlier_detection_all_localities_are_alike()
    {
        using Mesh mesh = World(Rule("simple: ROUND_ROBIN"));

        Assert.Equal(4, Count(mesh, 40).Count);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.enabled")]
    public void Enabled_false_makes_all_localities_alike_in_spite_of_outlier_detection()
    {
        using Mesh mesh = World(Rule("localityLbSetting: {enabled: false}", Outliers));

        Assert.Equal(4, Count(mesh, 100).Count);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.failover.from")]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.failover.to")]
    public void Failover_names_the_region_that_takes_over()
    {
        using Mesh mesh = World(Rule("localityLbSetting: {failover: [{from: region1, to: region3}]}", Outliers));
        Break(mesh, "z1");
        Break(mesh, "z2");

        Assert.Equal(["r3"], Count(mesh, 20).Keys);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.loadBalancer.localityLbSetting.failoverPriority")]
    public void FailoverPriority_prefers_workloads_that_share_the_first_labels()
    {
        using Mesh mesh = World(Rule("localityLbSetting: {failoverPriority: [tier=gold, topology.kubernetes.io/region]}", Outliers));

        Assert.Equal(["r3"], Count(mesh, 20).Keys);

        Break(mesh, "r3");
        // Who lacks the first label is no nearer for having the second.
        Assert.Equal(["r2", "z1", "z2"], Count(mesh, 60).Keys.Order());
    }

    [Fact]
    [Trait("field", "MeshConfig.localityLbSetting")]
    public void The_mesh_sets_what_no_rule_does()
    {
        using Mesh mesh = World(Worlds.MeshConfig(
            """{"accessLogFile":"/dev/stdout","localityLbSetting":{"distribute":[{"from":"region1","to":{"region2":100}}]}}"""));

        Assert.Equal(["r2"], Count(mesh, 20).Keys);
    }

    [Fact]
    [Trait("field", "Service.spec.trafficDistribution")]
    public void PreferClose_keeps_calls_near_without_outlier_detection()
    {
        using Mesh mesh = World(Service("trafficDistribution: PreferClose, "));

        Assert.Equal(["z1"], Count(mesh, 20).Keys);
    }

    [Fact]
    [Trait("field", "Node.metadata.labels")]
    public void A_pod_without_a_locality_label_has_that_of_its_node()
    {
        using Mesh mesh = World(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: far, labels: {topology.kubernetes.io/region: region9, topology.kubernetes.io/zone: zone9}}
            """,
            Workload("n9", "version: v5", "nodeName: far, "),
            Rule("localityLbSetting: {distribute: [{from: \"*\", to: {region9/zone9: 100}}]}"));

        Assert.Equal(["n9"], Count(mesh, 20).Keys);
    }

    [Fact]
    [Trait("field", "WorkloadEntry.spec.locality")]
    [Trait("field", "ServiceEntry.spec.endpoints.locality")]
    public void Localities_of_workload_entries_and_of_written_endpoints_count_too()
    {
        using Mesh mesh = World(
            """
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: vm}
            spec: {address: 198.51.100.7, labels: {app: helloworld}, locality: region7/zone7}
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: api}
            spec:
              hosts: [api.example]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 198.51.100.7, locality: region7}, {address: 198.51.100.8, locality: region8}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: api}
            spec:
              host: api.example
              trafficPolicy: {loadBalancer: {localityLbSetting: {distribute: [{from: region1, to: {region8: 100}}]}}}
            """,
            Rule("localityLbSetting: {distribute: [{from: region1, to: {region7: 100}}]}"));
        mesh.AddExternal("vm", "198.51.100.7", 8080);
        mesh.AddExternal("eight", "198.51.100.8", 80);

        Assert.Equal(["vm"], Count(mesh, 10).Keys);
        Assert.Equal("eight", mesh.Call("caller", "GET http://203.0.113.99/x", "host: api.example").Workload);
    }

    [Fact]
    [Trait("field", "WorkloadEntry.spec.network")]
    [Trait("field", "ServiceEntry.spec.endpoints.network")]
    public void A_network_is_a_label_that_failoverPriority_can_name()
    {
        using Mesh mesh = World("""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: api}
            spec:
              hosts: [api.example]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 198.51.100.7, network: n1}, {address: 198.51.100.8, network: n2}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: api}
            spec:
              host: api.example
              trafficPolicy:
                outlierDetection: {interval: 1s}
                loadBalancer: {localityLbSetting: {failoverPriority: [topology.istio.io/network=n2]}}
            """);
        mesh.AddExternal("one", "198.51.100.7", 80);
        mesh.AddExternal("two", "198.51.100.8", 80);

        Assert.All(
            mesh.Calls(10, "caller", "GET http://203.0.113.99/x", "host: api.example"), call => Assert.Equal("two", call.Workload));
    }

    private static Dictionary<string, int> Count(Mesh mesh, int calls) => mesh.Calls(calls, "caller", "GET http://helloworld:5000/hello")
        .GroupBy(call => call.Workload)
        .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    // One failure ejects; the retry finds another host, so no caller notices.
    private static void Break(Mesh mesh, string workload)
    {
        SimulatedPod pod = mesh.Pod(workload);
        pod.App.Answer = _ => pod.Fail(503);
        for (int i = 0; i < 3; i++)
        {
            mesh.Call("caller", "GET http://helloworld:5000/hello");
        }
    }

    private static Mesh World(params string[] yaml) => new(
        1,
        [
            Service(""),
            Workload("z1", "version: v1, istio-locality: region1.zone1.subzone1"),
            Workload("z2", "version: v2, istio-locality: region1.zone2.subzone2"),
            Workload("r2", "version: v3, istio-locality: region2.zone3.subzone3"),
            Workload("r3", "version: v4, tier: gold, istio-locality: region3.zone4.subzone4"),
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: caller}
            spec:
              template:
                metadata: {labels: {app: caller, istio-locality: region1.zone1.subzone1}}
                spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}
            """,
            .. yaml,
        ]);

    private static string Service(string more) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: helloworld}
        spec: { {{more}} selector: {app: helloworld}, ports: [{name: http, port: 5000, targetPort: 8080}]}
        """;

    private static string Workload(string name, string labels, string spec = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}}
        spec:
          template:
            metadata: {labels: {app: helloworld, {{labels}} } }
            spec: { {{spec}} containers: [{name: app, ports: [{containerPort: 8080}]}]}
        """;

    private static string Rule(string balancer, string more = "") => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: helloworld}
        spec:
          host: helloworld
          trafficPolicy: {loadBalancer: { {{balancer}} }{{(more.Length > 0 ? ", " + more : "")}} }
        """;
}
