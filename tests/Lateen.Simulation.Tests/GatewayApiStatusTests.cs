namespace Lateen.Simulation.Tests;

using System.Text.Json.Nodes;
using Lateen.Control.Config;
using Lateen.Control.GatewayApi;
using Lateen.Control.Snapshot;
using Lateen.Simulation.Tests.Harness;

/// <summary>What is said of gateways, listeners and routes.</summary>
public sealed class GatewayApiStatusTests
{
    private const string Rules = "[{backendRefs: [{name: shop, port: 80}]}]";

    private static readonly string Shop = Worlds.Service("shop", "http", 80);

    [Theory]
    [Trait("field", "HTTPRoute.status.parents.conditions")]
    [InlineData("{name: edge}", Rules, "Accepted", "True", "Accepted", "")]
    [InlineData("{name: edge}", Rules, "ResolvedRefs", "True", "ResolvedRefs", "")]
    [InlineData("{name: edge, sectionName: htp}", Rules, "Accepted", "False", "NoMatchingParent", "it has http on 80")]
    [InlineData("{name: edge, port: 81}", Rules, "Accepted", "False", "NoMatchingParent", "it has http on 80")]
    [InlineData("{name: edgy}", Rules, "Accepted", "False", "NoMatchingParent", "did you mean edge?")]
    [InlineData("{group: '', kind: Service, name: shp}", Rules, "Accepted", "False", "NoMatchingParent", "did you mean shop?")]
    [InlineData("{group: '', kind: Service, name: shop, port: 81}", Rules, "Accepted", "False", "NoMatchingParent", "it has 80")]
    [InlineData("{name: edge}",
        "[{backendRefs: [{name: shp, port: 80}]}]", "ResolvedRefs", "False", "BackendNotFound", "did you mean shop?")]
    [InlineData("{name: edge}",
        "[{backendRefs: [{name: shop, port: 81}]}]", "ResolvedRefs", "False", "BackendNotFound", "it has 80")]
    [InlineData("{name: edge}",
        "[{backendRefs: [{kind: Pod, name: shop, port: 80}]}]", "ResolvedRefs", "False", "InvalidKind", "use a Service")]
    [InlineData("{name: edge}",
        "[{backendRefs: [{namespace: far, name: x, port: 80}]}]", "ResolvedRefs", "False", "RefNotPermitted", "ReferenceGrant")]
    [InlineData("{name: edge}",
        "[{filters: [{type: Own}]}]", "Accepted", "False", "UnsupportedValue", "rules[0].filters[0]")]
    [InlineData("{name: edge}",
        "[{sessionPersistence: {type: Cookie}}]", "Accepted", "False", "UnsupportedValue", "not enforced")]
    public void A_route_s_condition_says_what_became_of_it(
        string parent, string rules, string type, string status, string reason, string says)
    {
        JsonNode? route = StatusOf("HTTPRoute", "route", GatewayApiWorlds.HttpEdge, Shop, $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: route, generation: 7}
            spec:
              parentRefs: [{{parent}}]
              rules: {{rules}}
            """);

        JsonNode? condition = Condition(route?["parents"]?[0], type);
        Assert.Equal(GatewayNames.Controller, route?["parents"]?[0]?["controllerName"]?.ToString());
        Assert.Equal(status, condition?["status"]?.ToString());
        Assert.Equal(reason, condition?["reason"]?.ToString());
        Assert.Contains(says, condition?["message"]?.ToString(), StringComparison.Ordinal);
        Assert.Equal("7", condition?["observedGeneration"]?.ToString());
    }

    [Theory]
    [Trait("field", "Gateway.status.listeners.conditions")]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.name")]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.port")]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.protocol")]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.listeners.allowedRoutes.kinds")]
    [InlineData("{name: a, port: 80, protocol: HTTP}", "Accepted", "True", "Accepted")]
    [InlineData("{name: a, port: 80, protocol: HTTP}", "Programmed", "True", "Programmed")]
    [InlineData("{name: a, port: 80, protocol: UDP}", "Accepted", "False", "UnsupportedProtocol")]
    [InlineData("{name: a, port: 443, protocol: HTTPS, tls: {mode: Terminate}}", "Accepted", "False", "UnsupportedProtocol")]
    [InlineData("{name: a, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: TCPRoute}]}}", "ResolvedRefs", "False", "InvalidRouteKinds")]
    [InlineData("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}", "Conflicted", "True", "HostnameConflict")]
    [InlineData("{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: TCP}", "Conflicted", "True", "ProtocolConflict")]
    [InlineData("{name: a, port: 80, protocol: HTTP}, {name: b, port: 81, protocol: TCP}", "Conflicted", "False", "NoConflicts")]
    public void A_listener_s_condition_says_what_became_of_it(string listeners, string type, string status, string reason)
    {
        JsonNode? gateway = StatusOf("Gateway", "edge", GatewayApiWorlds.Edge($"[{listeners}]"));

        JsonNode? condition = Condition(gateway?["listeners"]?[0], type);
        Assert.Equal(status, condition?["status"]?.ToString());
        Assert.Equal(reason, condition?["reason"]?.ToString());
    }

    [Fact]
    [Trait("field", "Gateway.status.listeners.attachedRoutes")]
    public void A_listener_counts_the_routes_that_are_attached()
    {
        JsonNode? gateway = StatusOf(
            "Gateway",
            "edge",
            GatewayApiWorlds.HttpEdge,
            GatewayApiWorlds.HttpRoute(Rules, "one"),
            GatewayApiWorlds.HttpRoute(Rules, "two"),
            GatewayApiWorlds.HttpRoute(Rules, "else").Replace("name: edge}", "name: edge, sectionName: none}", StringComparison.Ordinal));

        Assert.Equal("2", gateway?["listeners"]?[0]?["attachedRoutes"]?.ToString());
    }

    [Theory]
    [Trait("field", "Gateway.status.addresses")]
    [InlineData("", "AddressNotAssigned", "False", "")]
    [InlineData("{ip: 192.0.2.1}", "Pending", "False", "192.0.2.1")]
    [InlineData("{hostname: lb.example}", "Pending", "False", "lb.example")]
    public void A_gateway_is_programmed_when_its_service_has_an_address_and_a_pod(string ingress, string reason, string status, string address)
    {
        string service = $$$"""
            apiVersion: v1
            kind: Service
            metadata: {name: edge-istio}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.9.9
              selector: {gateway.networking.k8s.io/gateway-name: edge}
              ports: [{name: http, port: 80}]
            status: {loadBalancer: {ingress: [{{{ingress}}}]}}
            """;

        JsonNode? gateway = StatusOf("Gateway", "edge", GatewayApiWorlds.HttpEdge, service);

        JsonNode? programmed = Condition(gateway, "Programmed");
        Assert.Equal(status, programmed?["status"]?.ToString());
        Assert.Equal(reason, programmed?["reason"]?.ToString());
        Assert.Equal(address, gateway?["addresses"]?.AsArray().FirstOrDefault()?["value"]?.ToString() ?? "");
    }

    [Fact]
    [Trait("field", "gateway.networking.k8s.io/Gateway.spec.infrastructure")]
    public void A_gateway_says_what_it_needs_to_run()
    {
        MeshSnapshot snapshot = Snapshot("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, uid: u1, annotations: {networking.istio.io/service-type: ClusterIP, gateway.istio.io/name-override: front}}
            spec:
              gatewayClassName: istio
              infrastructure: {labels: {team: shop}, annotations: {note: hello}}
              listeners: [{name: http, port: 80, protocol: HTTP}, {name: more, port: 80, protocol: HTTP, hostname: a.example}]
            """);

        GatewayDeployment deployment = Assert.Single(snapshot.GatewayApi.Deployments);
        Assert.Equal(("front", "front", "ClusterIP", "u1"), (deployment.Name, deployment.ServiceAccount, deployment.ServiceType, deployment.Uid));
        Assert.Equal([15021, 80], deployment.Ports.Select(port => port.Number));
        Assert.Equal("shop", deployment.Labels["team"]);
        Assert.Equal("hello", deployment.Annotations["note"]);
    }

    [Fact]
    [Trait("field", "GatewayClass.spec.controllerName")]
    public void A_class_of_ours_is_accepted_and_another_controller_s_gateways_are_left_alone()
    {
        string[] world =
        [
            Class("own", GatewayNames.Controller),
            Class("other", "other.example/x"),
            GatewayApiWorlds.HttpEdge.Replace("gatewayClassName: istio", "gatewayClassName: other", StringComparison.Ordinal),
            GatewayApiWorlds.HttpRoute(Rules),
        ];

        Assert.Equal("True", Condition(StatusOf("GatewayClass", "own", world), "Accepted")?["status"]?.ToString());
        Assert.Null(StatusOf("GatewayClass", "other", world));
        Assert.Null(StatusOf("Gateway", "edge", world));
        Assert.Null(StatusOf("HTTPRoute", "route", world));
    }

    private static string Class(string name, string controller) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: {{name}}}
        spec: {controllerName: {{controller}}}
        """;

    private static JsonNode? StatusOf(string kind, string name, params string[] yaml) => GatewayApiStatus.All(Snapshot(yaml))
        .FirstOrDefault(each => each.Key.Kind == kind && each.Key.Name == name)?.Status;

    private static MeshSnapshot Snapshot(params string[] yaml)
    {
        ConfigStore store = new();
        foreach (JsonObject document in yaml.SelectMany(Yaml.Documents))
        {
            if (Yaml.Resource(document) is { } resource)
            {
                store.Apply(Yaml.Key(document), resource);
            }
        }

        return store.TakeSnapshot().Snapshot;
    }

    private static JsonNode? Condition(JsonNode? holder, string type) =>
        holder?["conditions"]?.AsArray().FirstOrDefault(each => each?["type"]?.ToString() == type);
}
