namespace Lateen.Kubernetes.Tests;

using System.Text;
using System.Text.Json.Nodes;

public sealed class CertificatePublishingTests
{
    private const string Root = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----";

    [Fact]
    public async Task A_new_namespace_gets_the_root_certificate()
    {
        await using var api = new FakeApi();
        var publisher = new RootCertificates(api.Client, Root, _ => { });
        using var stop = new CancellationTokenSource();
        Task running = publisher.RunAsync(stop.Token);

        publisher.Applied(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });

        (string method, string path, JsonObject body) = await api.Written.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("POST", "/api/v1/namespaces/shop/configmaps"), (method, path));
        Assert.Equal(Root, body["data"]!["root-cert.pem"]!.ToString());
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task A_webhook_that_points_at_this_control_plane_gets_the_certificate_and_nothing_else()
    {
        await using var api = new FakeApi();
        WebhookCertificates webhooks = Certificates(api);
        using var stop = new CancellationTokenSource();
        Task running = webhooks.RunAsync(stop.Token);

        webhooks.Applied(Configuration("istio-revision-tag-prod", "istiod-canary"));

        (string method, string path, JsonObject body) = await api.Written.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("PUT", method);
        Assert.EndsWith("/istio-revision-tag-prod", path, StringComparison.Ordinal);
        JsonNode hook = body["webhooks"]![0]!;
        Assert.Equal("Ignore", hook["failurePolicy"]!.ToString());
        Assert.Equal(Root, Encoding.ASCII.GetString(Convert.FromBase64String(hook["clientConfig"]!["caBundle"]!.ToString())));
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task A_configuration_that_is_right_already_or_somebody_elses_is_not_written()
    {
        await using var api = new FakeApi();
        WebhookCertificates webhooks = Certificates(api);
        using var stop = new CancellationTokenSource();
        Task running = webhooks.RunAsync(stop.Token);
        JsonObject right = Configuration("mine", "istiod-canary");
        right["webhooks"]![0]!["clientConfig"]!["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(Root));

        webhooks.Applied(right);
        webhooks.Applied(Configuration("another-revision", "istiod"));
        await StopAsync(stop, running);

        Assert.False(api.Written.Reader.TryRead(out _));
    }

    private static WebhookCertificates Certificates(FakeApi api) =>
        new(api.Client, KubePath.MutatingWebhooks, "istiod-canary", "istio-system", Root, _ => { });

    private static async Task StopAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static JsonObject Configuration(string name, string service) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["resourceVersion"] = "7" },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["clientConfig"] = new JsonObject
            {
                ["service"] = new JsonObject { ["name"] = service, ["namespace"] = "istio-system" },
            },
            ["failurePolicy"] = "Ignore",
        }),
    };
}
