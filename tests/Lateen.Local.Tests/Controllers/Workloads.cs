namespace Lateen.Local.Tests.Controllers;

/// <summary>The workloads that the controller tests deploy.</summary>
internal static class Workloads
{
    public static string Deployment(string name, int replicas, string image = "web:1", string strategy = "") => $$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "{{name}}" },
          "spec": {
            "replicas": {{replicas}}, {{strategy}}
            "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": {
              "metadata": { "labels": { "app": "{{name}}" } },
              "spec": { "containers": [ { "name": "main", "image": "{{image}}", "ports": [ { "name": "web", "containerPort": 9080 } ] } ] }
            }
          }
        }
        """;

    public static string Image(string image) =>
        $$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "main", "image": "{{image}}" } ] } } } }""";

    public static string Service(string name, string app, string extra = "") => $$"""
        {
          "apiVersion": "v1", "kind": "Service", "metadata": { "name": "{{name}}", "labels": { "team": "books" } },
          "spec": { "type": "ClusterIP", {{extra}} "selector": { "app": "{{app}}" },
            "ports": [ { "name": "http", "port": 80, "targetPort": "web", "appProtocol": "http" } ] }
        }
        """;
}
