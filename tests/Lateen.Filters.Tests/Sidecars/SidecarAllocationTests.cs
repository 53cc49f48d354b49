namespace Lateen.Filters.Tests.Sidecars;

using Lateen.Testing;

public sealed class SidecarAllocationTests
{
    private const int Warmup = 2_000;
    private const int Batch = 1_000;
    private const int Batches = 10;

    [Fact]
    public void A_warm_request_through_both_fully_configured_sidecars_allocates_nothing()
    {
        using var pair = new SidecarPair();
        pair.Outside.Listen(SidecarPair.App, default, new SteadyApp());
        var client = new SteadyClient { Remaining = Warmup };
        pair.Outside.Connect(SidecarPair.Outbound, default, client);
        pair.Network.RunUntilIdle();
        Assert.Equal(Warmup, client.Responses);

        // Time passes between batches, so that timers, cached dates and the log's time stamps are renewed as well.
        (long allocated, int windows) = Allocation.LeastOf(() =>
        {
            for (int i = 0; i < Batches; i++)
            {
                client.Remaining = Batch;
                client.Next();
                pair.Network.RunUntilIdle();
                pair.Network.Advance(TimeSpan.FromMilliseconds(1_300));
            }
        });

        int requests = Warmup + (Batch * Batches * windows);
        Assert.Equal(requests, client.Responses);
        Assert.Equal(0, allocated);
        Assert.Equal(requests, Requests(pair.Client));
        Assert.Equal(requests, Requests(pair.Server));
        Assert.Contains("\"GET /reviews/0?u=1 HTTP/1.1\" 200 - via_upstream - \"-\" 0 5 ", pair.Client.EndLog(), StringComparison.Ordinal);
        Assert.Contains("\"GET /reviews/0?u=1 HTTP/1.1\" 200 - via_upstream - \"-\" 0 5 ", pair.Server.EndLog(), StringComparison.Ordinal);
    }

    private static long Requests(TestSidecar sidecar) => sidecar.Samples("istio_requests_total").Sum(static line =>
        long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
