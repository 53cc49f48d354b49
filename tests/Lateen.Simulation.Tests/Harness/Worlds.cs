namespace Lateen.Simulation.Tests.Harness;

/// <summary>Workloads that tests add to bookinfo.</summary>
internal static class Worlds
{
    public const string Gateway = """
        apiVersion: v1
        kind: Service
        metadata: {name: istio-ingressgateway, namespace: istio-system}
        spec:
          selector: {istio: ingressgateway}
          ports:
          - {name: http2, port: 80, targetPort: 8080}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: istio-ingressgateway, namespace: istio-system}
        spec:
          template:
            metadata:
              labels: {app: istio-ingressgateway, istio: ingressgateway}
            spec:
              containers:
              - name: istio-proxy
                ports:
                - {containerPort: 8080}
        """;

    /// <summary>One service on one port with several pods.</summary>
    public static string Service(
        string name, string portName, int port, int replicas = 1, string targetPort = "8080", bool injected = true) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}}
        spec:
          selector: {app: {{name}}}
          ports:
          - {name: {{portName}}, port: {{port}}, targetPort: {{targetPort}}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}}
        spec:
          replicas: {{replicas}}
          template:
            metadata:
              labels: {app: {{name}}, version: v1, sidecar.istio.io/inject: "{{(injected ? "true" : "false")}}"}
            spec:
              containers:
              - name: app
                ports:
                - {name: web, containerPort: 8080}
        """;

    /// <summary>A virtual service for one host with the given HTTP rules, in YAML flow or block style.</summary>
    public static string VirtualService(string host, string http) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{host}}}
        spec:
          hosts: [{{host}}]
          http: {{http}}
        """;

    /// <summary>MeshConfig, as the ConfigMap that people edit.</summary>
    public static string MeshConfig(string mesh) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: '{{mesh}}'
        """;
}
