namespace Lateen.CommandLine.Tests;

using System.Text.Json.Nodes;
using Lateen.CommandLine.Proxies;

public sealed class ProxyStatusTests
{
    private static readonly SyncView View = SyncView.Of([JsonNode.Parse(TestData.Read("syncz.json"))]);

    [Fact]
    public void The_table_counts_the_types_that_were_sent() =>
        Assert.Equal(TestData.Golden("proxy-status.txt"), View.Print("table", 0));

    [Fact]
    public void Verbose_output_adds_the_state_of_each_type() =>
        Assert.Equal(TestData.Golden("proxy-status-verbose.txt"), View.Print("table", 1));

    [Fact]
    public void A_namespace_picks_its_own_proxies() =>
        Assert.Equal("reviews-v1-6f9b.default\n", View.In("default").Print("name", 0));

    [Fact]
    public void A_pod_that_is_not_connected_is_an_error() =>
        Assert.Contains("ghost.default is not connected", Assert.Throws<CommandFailure>(() =>
            View.Of(["ghost.default"])).Message, StringComparison.Ordinal);
}
