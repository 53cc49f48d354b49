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
    public async Task A_validating_webhook_gets_the_certificate_and_then_fails_closed()
    {
        await using var api = new FakeApi();
        var webhook = new WebhookCertificates(api.Client, KubePath.ValidatingWebhooks, "istio-validator-istio-system", Root, setFail: true, _ => { });
        using var stop = new CancellationTokenSource();
        Task running = webhook.RunAsync(stop.Token);

        webhook.Applied(Configuration("istio-validator-istio-system", "Ignore"));

        (string method, _, JsonObject body) = await api.Written.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("PUT", method);
        JsonNode hook = body["webhooks"]![0]!;
        Assert.Equal("Fail", hook["failurePolicy"]!.ToString());
        Assert.Equal(Root, Encoding.ASCII.GetString(Convert.FromBase64String(hook["clientConfig"]!["caBundle"]!.ToString())));
        await StopAsync(stop, running);
    }

    [Fact]
    public async Task A_configuration_that_is_right_already_is_not_written_again()
    {
        await using var api = new FakeApi();
        var webhook = new WebhookCertificates(api.Client, KubePath.MutatingWebhooks, "mine", Root, setFail: false, _ => { });
        using var stop = new CancellationTokenSource();
        Task running = webhook.RunAsync(stop.Token);
        JsonObject right = Configuration("mine", "Fail");
        right["webhooks"]![0]!["clientConfig"]!["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(Root));

        webhook.Applied(right);
        webhook.Applied(Configuration("somebody-else", "Fail"));
        await StopAsync(stop, running);

        Assert.False(api.Written.Reader.TryRead(out _));
    }

    private static async Task StopAsync(CancellationTokenSource stop, Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static JsonObject Configuration(string name, string failurePolicy) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["resourceVersion"] = "7" },
        ["webhooks"] = new JsonArray(new JsonObject { ["clientConfig"] = new JsonObject(), ["failurePolicy"] = failurePolicy }),
    };
}
