namespace Lateen.Local.Tests.ApiServer;

using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

public sealed class WebhookTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task A_mutating_webhook_behind_a_service_changes_the_pod_and_a_missing_one_fails_the_request()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeOnceAsync(listener, cancel);
        cluster.Server.WebhookDialer = async (ns, service, port, token) =>
        {
            Assert.Equal(("default", "kubernetes", 443), (ns, service, port));
            var client = new TcpClient();
            await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint, token);
            return client.GetStream();
        };
        await cluster.RunAsync("apply -f -", Configuration(cluster.Server.Certificates.AuthorityPem));

        KubectlResult created = await cluster.KubectlAsync("run hooked --image=busybox:1");
        await serving;
        cluster.Server.WebhookDialer = (_, _, _, _) => throw new IOException("no endpoints available for service \"kubernetes\"");
        KubectlResult refused = await cluster.KubectlAsync("run unhooked --image=busybox:1");
        await cluster.RunAsync("delete mutatingwebhookconfiguration injector");

        Assert.Equal(0, created.ExitCode);
        Assert.Contains("Warning: hello from the webhook", created.Error);
        Assert.Equal("yes", await cluster.RunAsync("get pod hooked -o jsonpath={.metadata.labels.hooked}"));
        Assert.Contains("Internal error occurred: failed calling webhook \"pods.injector.example.com\": failed to call "
            + "webhook: Post "
            + "\"https://kubernetes.default.svc:443/inject?timeout=5s\": no endpoints available for service \"kubernetes\"",
                refused.Error);
    }

    /// <summary>The API server's own certificate names kubernetes.default.svc, so it can play the webhook.</summary>
    private async Task ServeOnceAsync(TcpListener listener, CancellationToken cancel)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(cancel);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(cluster.Server.Certificates.Server);
        string request = "";
        byte[] buffer = new byte[64 * 1024];
        JsonObject? review = null;
        while (review is null)
        {
            request += Encoding.UTF8.GetString(buffer, 0, await tls.ReadAsync(buffer, cancel));
            int body = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            int length = int.Parse(request.Split("Content-Length: ")[1].Split("\r\n")[0]);
            review = request.Length - body - 4 >= length ? (JsonObject)JsonNode.Parse(request[(body + 4)..])! : null;
        }

        string patch = Convert.ToBase64String("""[{"op":"add","path":"/metadata/labels/hooked","value":"yes"}]"""u8);
        string answer = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview",
            ["response"] = new JsonObject
            {
                ["uid"] = review["request"]!["uid"]!.GetValue<string>(), ["allowed"] = true, ["patchType"] = "JSONPatch",
                ["patch"] = patch, ["warnings"] = new JsonArray { "hello from the webhook" },
            },
        }.ToJsonString();
        await tls.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: "
            + $"application/json\r\nContent-Length: {answer.Length}"
            + $"\r\nConnection: close\r\n\r\n{answer}"), cancel);
    }

    private static string Configuration(string bundle)
    {
        return $$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: injector}
            webhooks:
            - name: pods.injector.example.com
              admissionReviewVersions: [v1]
              sideEffects: None
              timeoutSeconds: 5
              clientConfig:
                caBundle: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(bundle))}}
                service: {name: kubernetes, namespace: default, path: /inject}
              rules:
              - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}
            """;
    }
}
