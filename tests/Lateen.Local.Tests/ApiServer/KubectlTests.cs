namespace Lateen.Local.Tests.ApiServer;

public sealed class KubectlTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                ports: [{containerPort: 8080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """;

    [Fact]
    public async Task A_deployment_and_a_service_are_applied_shown_and_deleted()
    {
        await cluster.RunAsync("create namespace crud");
        string applied = await cluster.RunAsync("-n crud apply -f -", Web);
        string again = await cluster.RunAsync("-n crud apply -f -", Web);
        string table = await cluster.RunAsync("-n crud get deploy,svc -o wide");

        Assert.Contains("deployment.apps/web created", applied);
        Assert.Contains("deployment.apps/web unchanged", again);
        Assert.Contains("service/web unchanged", again);
        Assert.Contains("UP-TO-DATE", table);
        Assert.Contains("app=web", table);
        Assert.StartsWith("10.96.", await cluster.RunAsync("-n crud get svc web -o jsonpath={.spec.clusterIP}"));
        Assert.Contains("deployment.apps \"web\" deleted", await cluster.RunAsync("-n crud delete deploy web"));
    }
}
