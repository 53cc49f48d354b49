namespace Lateen.Simulation.Tests.Harness;

/// <summary>Small worlds with several namespaces.</summary>
internal static class Tenants
{
    /// <summary>A service on port 80 and its pods, labelled app and version; the Deployment is named "name-version".</summary>
    public static string Service(
        string ns, string name, string portName = "http", int port = 80, string annotations = "{}", params string[] versions)
    {
        string[] all = versions.Length == 0 ? ["v1"] : versions;
        string service = $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: {{name}}, namespace: {{ns}}, annotations: {{annotations}}}
            spec:
              selector: {app: {{name}}}
              ports:
              - {name: {{portName}}, port: {{port}}, targetPort: 8080}
            """;
        return string.Join("\n---\n", [service, .. all.Select(version => Workload(ns, name, version))]);
    }

    public static string Workload(string ns, string name, string version = "v1", string labels = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}-{{version}}, namespace: {{ns}}}
        spec:
          template:
            metadata:
              labels: {app: {{name}}, version: {{version}}{{labels}}}
            spec:
              containers:
              - name: app
                ports:
                - {name: web, containerPort: 8080}
        """;

    /// <summary>Any object of the mesh, its spec in flow style.</summary>
    public static string Object(string kind, string ns, string name, string spec, int hour = 0) => $$"""
        apiVersion: networking.istio.io/v1
        kind: {{kind}}
        metadata: {name: {{name}}, namespace: {{ns}}, creationTimestamp: "2026-01-01T{{hour:00}}:00:00Z"}
        spec: {{spec}}
        """;

    /// <summary>A virtual service whose rule answers by itself with a status.</summary>
    public static string Answers(string ns, string name, string host, int status, string extra = "", int hour = 0) => Object(
        "VirtualService", ns, name, $"{{hosts: [{host}], http: [{{directResponse: {{status: {status}}}}}]{extra}}}", hour);

    /// <summary>A destination rule with a subset "chosen" of one version.</summary>
    public static string Chooses(string ns, string name, string host, string version, string extra = "", int hour = 0) => Object(
        "DestinationRule", ns, name, $"{{host: {host}, subsets: [{{name: chosen, labels: {{version: {version}}}}}]{extra}}}", hour);

    public static string MeshConfig(string mesh) => Worlds.MeshConfig(mesh);
}
