namespace Lateen.Kubernetes.Tests;

using System.Text.Json.Nodes;
using System.Threading.Channels;

public sealed class ResourceWatcherTests
{
    [Fact]
    public async Task What_is_listed_and_then_watched_arrives_in_order()
    {
        await using var api = new FakeApi();
        api.Items.Add(Item("a", "1"));
        var seen = new Recorder();
        using var stop = new CancellationTokenSource();
        var watcher = new ResourceWatcher(api.Client, "api/v1/configmaps", seen, TimeProvider.System);

        Task running = watcher.RunAsync(stop.Token);
        api.Event("ADDED", Item("b", "101"));
        api.Event("DELETED", Item("a", "102"));

        Assert.Equal("+a", await seen.NextAsync());
        Assert.Equal("+b", await seen.NextAsync());
        Assert.Equal("-a", await seen.NextAsync());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task When_the_server_forgot_the_version_the_next_list_reports_what_disappeared()
    {
        await using var api = new FakeApi();
        api.Items.Add(Item("a", "1"));
        api.Items.Add(Item("b", "2"));
        var seen = new Recorder();
        using var stop = new CancellationTokenSource();
        var watcher = new ResourceWatcher(api.Client, "api/v1/configmaps", seen, TimeProvider.System);
        Task running = watcher.RunAsync(stop.Token);
        Assert.Equal("+a", await seen.NextAsync());
        Assert.Equal("+b", await seen.NextAsync());

        api.Items.RemoveAt(0);
        api.Event("ERROR", new JsonObject { ["code"] = 410, ["message"] = "too old resource version" });

        Assert.Equal("-a", await seen.NextAsync());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_kind_that_is_not_installed_counts_as_empty()
    {
        await using var api = new FakeApi();
        using var stop = new CancellationTokenSource();
        var watcher = new ResourceWatcher(api.Client, "apis/networking.istio.io/v1/gatewayz", new Recorder(), TimeProvider.System);

        Task running = watcher.RunAsync(stop.Token);

        await watcher.Synced.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
    }

    private static JsonObject Item(string name, string version) =>
        new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["resourceVersion"] = version } };

    private sealed class Recorder : ResourceHandler
    {
        private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

        public ValueTask<string> NextAsync() => _seen.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public override void Applied(JsonObject item) => _seen.Writer.TryWrite("+" + item["metadata"]!["name"]);

        public override void Removed(JsonObject item) => _seen.Writer.TryWrite("-" + item["metadata"]!["name"]);

        public override void Failed(string path, Exception reason) => TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {reason.Message}");
    }
}
