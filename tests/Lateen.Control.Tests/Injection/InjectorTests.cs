namespace Lateen.Control.Tests.Injection;

using System.Text.Json.Nodes;
using Lateen.Control.Injection;

public sealed class InjectorTests
{
    [Fact]
    public void An_injected_pod_redirects_first_and_then_starts_the_proxy_before_the_application()
    {
        JsonObject pod = Injected(Pod());

        Assert.Equal(["istio-init", "istio-proxy"], Names(pod, "initContainers"));
        Assert.Equal(["reviews"], Names(pod, "containers"));
        Assert.Equal("Always", Proxy(pod)["restartPolicy"]?.ToString());
    }

    [Fact]
    public void Before_kubelet_1_33_the_proxy_is_an_ordinary_container()
    {
        JsonObject pod = Injected(Pod(), native: false);

        Assert.Equal(["istio-init"], Names(pod, "initContainers"));
        Assert.Equal(["reviews", "istio-proxy"], Names(pod, "containers"));
    }

    [Fact]
    public void The_pod_annotation_decides_about_a_native_sidecar_against_the_cluster()
    {
        JsonObject pod = Injected(Pod(annotations: new() { ["sidecar.istio.io/nativeSidecar"] = "false" }));

        Assert.Equal(["reviews", "istio-proxy"], Names(pod, "containers"));
    }

    [Fact]
    public void The_label_that_refuses_injection_wins()
    {
        InjectionResult result = Injector.Inject(Request(Pod(labels: new() { ["sidecar.istio.io/inject"] = "false" })));

        Assert.Null(result.Patch);
    }

    [Fact]
    public void A_pod_in_the_host_network_is_left_alone()
    {
        JsonObject pod = Pod();
        ((JsonObject)pod["spec"]!)["hostNetwork"] = true;

        Assert.Null(Injector.Inject(Request(pod)).Patch);
    }

    [Fact]
    public void A_pod_that_was_injected_already_is_left_alone()
    {
        JsonObject once = Injected(Pod());

        Assert.Null(Injector.Inject(Request(once)).Patch);
    }

    [Fact]
    public void The_injected_pod_carries_its_canonical_name_and_revision()
    {
        JsonNode? labels = Injected(Pod())["metadata"]?["labels"];

        Assert.Equal("reviews", labels?["service.istio.io/canonical-name"]?.ToString());
        Assert.Equal("v2", labels?["service.istio.io/canonical-revision"]?.ToString());
        Assert.Equal("istio", labels?["security.istio.io/tlsMode"]?.ToString());
    }

    [Fact]
    public void The_workload_is_the_Deployment_and_not_its_ReplicaSet()
    {
        JsonObject proxy = Proxy(Injected(Pod()));

        Assert.Equal("reviews-v2", Environment(proxy, "ISTIO_META_WORKLOAD_NAME"));
        Assert.Equal("kubernetes://apis/apps/v1/namespaces/default/deployments/reviews-v2", Environment(proxy, "ISTIO_META_OWNER"));
    }

    [Fact]
    public void An_excluded_outbound_port_reaches_the_redirection_rules()
    {
        JsonObject pod = Injected(Pod(annotations: new() { ["traffic.sidecar.istio.io/excludeOutboundPorts"] = "9080" }));

        string[] arguments = [.. pod["spec"]!["initContainers"]![0]!["args"]!.AsArray().Select(a => a!.ToString())];
        Assert.Equal(["-o", "9080"], arguments[^2..]);
    }

    [Fact]
    public void The_application_probes_go_through_the_status_port_and_travel_in_the_environment()
    {
        JsonObject pod = Pod();
        pod["spec"]!["containers"]![0]!["readinessProbe"] = new JsonObject
        {
            ["httpGet"] = new JsonObject { ["path"] = "/health", ["port"] = "http" },
            ["timeoutSeconds"] = 2,
        };

        JsonObject injected = Injected(pod);

        JsonNode? probe = injected["spec"]!["containers"]![0]!["readinessProbe"]!["httpGet"];
        Assert.Equal("/app-health/reviews/readyz", probe?["path"]?.ToString());
        Assert.Equal("15020", probe?["port"]?.ToString());
        JsonNode? probers = JsonNode.Parse(Environment(Proxy(injected), "ISTIO_KUBE_APP_PROBERS")!);
        Assert.Equal("9080", probers?["/app-health/reviews/readyz"]?["httpGet"]?["port"]?.ToString());
        Assert.Equal("2", probers?["/app-health/reviews/readyz"]?["timeoutSeconds"]?.ToString());
    }

    [Fact]
    public void The_application_is_held_until_the_agent_says_that_nobody_calls_it_any_more()
    {
        JsonNode container = Injected(Pod())["spec"]!["containers"]![0]!;

        JsonNode? hook = container["lifecycle"]?["preStop"]?["httpGet"];
        Assert.Equal("/app-lifecycle/reviews/prestopz", hook?["path"]?.ToString());
        Assert.Equal("15020", hook?["port"]?.ToString());
    }

    [Fact]
    public void A_preStop_request_of_the_application_travels_in_the_environment()
    {
        JsonObject pod = Pod();
        pod["spec"]!["containers"]![0]!["lifecycle"] = new JsonObject
        {
            ["preStop"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/bye", ["port"] = "http" } },
        };

        JsonObject injected = Injected(pod);

        JsonNode? hook = injected["spec"]!["containers"]![0]!["lifecycle"]!["preStop"]!["httpGet"];
        Assert.Equal("/app-lifecycle/reviews/prestopz", hook?["path"]?.ToString());
        JsonNode? probers = JsonNode.Parse(Environment(Proxy(injected), "ISTIO_KUBE_APP_PROBERS")!);
        Assert.Equal("/bye", probers?["/app-lifecycle/reviews/prestopz"]?["httpGet"]?["path"]?.ToString());
    }

    [Fact]
    public void A_preStop_command_of_the_application_is_left_alone()
    {
        JsonObject pod = Pod();
        pod["spec"]!["containers"]![0]!["lifecycle"] = new JsonObject
        {
            ["preStop"] = new JsonObject { ["exec"] = new JsonObject { ["command"] = new JsonArray("sleep", "15") } },
        };

        JsonNode? hook = Injected(pod)["spec"]!["containers"]![0]!["lifecycle"]!["preStop"];

        Assert.Equal("""{"exec":{"command":["sleep","15"]}}""", hook?.ToJsonString());
    }

    [Fact]
    public void A_gateway_pod_gets_its_image_and_no_redirection()
    {
        JsonObject pod = Pod(annotations: new() { ["inject.istio.io/templates"] = "gateway" });
        JsonNode container = pod["spec"]!["containers"]![0]!;
        container["name"] = "istio-proxy";
        container["image"] = "auto";
        container["env"] = new JsonArray(new JsonObject { ["name"] = "MINE", ["value"] = "1" });
        container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "kube-api-access-x", ["mountPath"] = "/var/run/secrets/kubernetes.io/serviceaccount" });

        JsonObject injected = Injected(pod);

        Assert.Equal(["istio-proxy"], Names(injected, "containers"));
        Assert.Equal([], Names(injected, "initContainers"));
        JsonObject proxy = Proxy(injected);
        Assert.Equal("docker.io/lateen/proxyv2:0.1.0", proxy["image"]?.ToString());
        Assert.Equal("router", proxy["args"]?[1]?.ToString());
        Assert.Equal("1", Environment(proxy, "MINE"));
        Assert.Contains("/etc/istio/pod", proxy["volumeMounts"]!.AsArray().Select(m => m!["mountPath"]!.ToString()));
        Assert.Contains("kube-api-access-x", proxy["volumeMounts"]!.AsArray().Select(m => m!["name"]!.ToString()));
    }

    [Fact]
    public void A_gateway_pod_without_the_container_is_refused_with_the_reason()
    {
        InjectionResult result = Injector.Inject(Request(Pod(annotations: new() { ["inject.istio.io/templates"] = "gateway" })));

        Assert.Contains("container called istio-proxy", result.Refusal);
    }

    [Fact]
    public void A_template_nobody_knows_is_refused_by_name()
    {
        InjectionResult result = Injector.Inject(Request(Pod(annotations: new() { ["inject.istio.io/templates"] = "hello" })));

        Assert.Contains("\"hello\"", result.Refusal);
    }

    [Fact]
    public void An_annotation_that_has_no_effect_is_answered_with_a_warning()
    {
        InjectionResult result = Injector.Inject(Request(Pod(annotations: new() { ["sidecar.istio.io/statsFlushInterval"] = "5s" })));

        Assert.Contains("sidecar.istio.io/statsFlushInterval", Assert.Single(result.Warnings));
    }

    [Fact]
    public void The_pod_s_own_proxy_configuration_is_merged_over_the_mesh_s()
    {
        InjectionRequest request = Request(Pod()) with
        {
            DefaultProxyConfig = new JsonObject { ["drainDuration"] = "45s", ["concurrency"] = 2 },
            ProxyConfigOverlay = new JsonObject { ["concurrency"] = 4 },
        };

        JsonObject proxy = Proxy(Apply(request.Pod, Injector.Inject(request)));

        Assert.Equal("""{"drainDuration":"45s","concurrency":4}""", Environment(proxy, "PROXY_CONFIG"));
    }

    [Fact]
    public void Where_the_application_s_metrics_are_travels_to_the_agent_and_Prometheus_scrapes_the_agent()
    {
        JsonObject injected = Injected(Pod(annotations: new()
        {
            ["prometheus.io/scrape"] = "true",
            ["prometheus.io/port"] = "9080",
            ["prometheus.io/path"] = "/metrics",
        }));

        Assert.Equal("15020", injected["metadata"]!["annotations"]!["prometheus.io/port"]!.ToString());
        Assert.Equal("""{"scrape":"true","path":"/metrics","port":"9080"}""", Environment(Proxy(injected), "ISTIO_PROMETHEUS_ANNOTATIONS"));
    }

    private static JsonObject Injected(JsonObject pod, bool native = true) => Apply(pod, Injector.Inject(Request(pod) with { NativeSidecars = native }));

    private static InjectionRequest Request(JsonObject pod) => new()
    {
        Pod = pod,
        Namespace = "default",
        Config = InjectionConfig.From(null, new JsonObject
        {
            ["global"] = new JsonObject { ["hub"] = "docker.io/lateen", ["tag"] = "0.1.0", ["proxy"] = new JsonObject { ["image"] = "proxyv2" } },
        }),
        DefaultProxyConfig = [],
        TrustDomain = "cluster.local",
        EnablePrometheusMerge = true,
        ClusterId = "Kubernetes",
        NativeSidecars = true,
    };

    private static JsonObject Pod(Dictionary<string, string>? annotations = null, Dictionary<string, string>? labels = null)
    {
        var pod = (JsonObject)JsonNode.Parse("""
            {
              "metadata": {
                "generateName": "reviews-v2-5b9c-", "labels": { "app": "reviews", "version": "v2", "pod-template-hash": "5b9c" }, "annotations": {},
                "ownerReferences": [{ "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "reviews-v2-5b9c", "controller": true }]
              },
              "spec": { "containers": [{ "name": "reviews", "image": "reviews", "ports": [{ "name": "http", "containerPort": 9080 }] }] }
            }
            """)!;
        foreach ((string key, string value) in annotations ?? [])
        {
            pod["metadata"]!["annotations"]![key] = value;
        }

        foreach ((string key, string value) in labels ?? [])
        {
            pod["metadata"]!["labels"]![key] = value;
        }

        return pod;
    }

    private static JsonObject Apply(JsonObject pod, InjectionResult result)
    {
        var copy = (JsonObject)pod.DeepClone();
        foreach (JsonNode? operation in result.Patch!)
        {
            string[] path = operation!["path"]!.ToString().TrimStart('/').Split('/');
            JsonNode parent = path[..^1].Aggregate((JsonNode)copy, (node, key) => node[key]!);
            parent[path[^1]] = operation["value"]!.DeepClone();
        }

        return copy;
    }

    private static string[] Names(JsonObject pod, string list) =>
        [.. (pod["spec"]![list] as JsonArray ?? []).Select(c => c!["name"]!.ToString())];

    private static JsonObject Proxy(JsonObject pod) =>
        new[] { "containers", "initContainers" }.SelectMany(l => pod["spec"]![l] as JsonArray ?? [])
            .OfType<JsonObject>().Single(c => c["name"]!.ToString() == "istio-proxy");

    private static string? Environment(JsonObject container, string name) =>
        container["env"]!.AsArray().FirstOrDefault(e => e!["name"]!.ToString() == name)?["value"]?.ToString();
}
