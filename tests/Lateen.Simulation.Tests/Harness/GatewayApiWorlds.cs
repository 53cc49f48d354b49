namespace Lateen.Simulation.Tests.Harness;

/// <summary>Gateways of the Gateway API with the pods that run them, and routes.</summary>
internal static class GatewayApiWorlds
{
    /// <summary>What the control plane creates for a gateway called "edge": a Service and a Deployment called "edge-istio".</summary>
    public const string EdgePods = """
        apiVersion: v1
        kind: Service
        metadata: {name: edge-istio}
        spec:
          type: LoadBalancer
          selector: {gateway.networking.k8s.io/gateway-name: edge}
          ports:
          - {name: http, port: 80}
          - {name: other, port: 8081}
          - {name: tcp, port: 9000}
          - {name: tls, port: 8443}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: edge-istio}
        spec:
          template:
            metadata:
              labels: {gateway.networking.k8s.io/gateway-name: edge}
            spec:
              containers:
              - {name: istio-proxy}
        """;

    /// <summary>A gateway called "edge" with listeners in YAML flow style.</summary>
    public static string Edge(string listeners) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec:
          gatewayClassName: istio
          listeners: {{listeners}}
        ---
        {{EdgePods}}
        """;

    public static string HttpEdge => Edge("[{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]");

    /// <summary>A route at gateway "edge" with rules in YAML flow style.</summary>
    public static string HttpRoute(string rules, string name = "route", string hostnames = "[]", string created = "2026-01-01T00:00:00Z") => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: {{name}}, creationTimestamp: "{{created}}"}
        spec:
          parentRefs: [{name: edge}]
          hostnames: {{hostnames}}
          rules: {{rules}}
        """;

    /// <summary>A route for calls of sidecars to a Service.</summary>
    public static string MeshRoute(string service, string rules, string ns = "default", string name = "mesh-route", string port = "9080") => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          parentRefs: [{group: "", kind: Service, name: {{service}}, namespace: default, port: {{port}}}]
          rules: {{rules}}
        """;

    /// <summary>Services of single versions of reviews, as the samples have them.</summary>
    public const string ReviewsVersions = """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews-v1}
        spec:
          selector: {app: reviews, version: v1}
          ports: [{name: http, port: 9080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reviews-v2}
        spec:
          selector: {app: reviews, version: v2}
          ports: [{name: http, port: 9080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: reviews-v3}
        spec:
          selector: {app: reviews, version: v3}
          ports: [{name: http, port: 9080}]
        """;
}
