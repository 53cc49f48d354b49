namespace Lateen.Filters.Tests.Http.Stats;

using Lateen.Engine.Transport;
using Lateen.Filters.Tests.Sidecars;
using Lateen.Testing;

public sealed class TcpMetricsTests
{
    [Fact]
    public void A_TCP_connection_is_counted_with_its_bytes_on_both_sides()
    {
        using var pair = new SidecarPair();
        TestUpstream app = pair.Start(SidecarPair.TcpApp);
        app.Raw = static (connection, _) => connection.Write("pong!");

        TestClient client = pair.Connect(SidecarPair.OutboundTcp);
        client.Write("ping");
        client.ShutdownWrite();
        Assert.Single(app.Connections).Connection.Close(CloseMode.Flush);
        pair.Network.RunUntilIdle();

        string labels = "{reporter=\"source\"," + StandardMetricsTests.BothWorkloads("mysql")
            + "request_protocol=\"tcp\",response_flags=\"-\",connection_security_policy=\"unknown\"} ";
        Assert.Equal(["istio_tcp_connections_opened_total" + labels + 1], pair.Client.Samples("istio_tcp_connections_opened_total"));
        Assert.Equal(["istio_tcp_connections_closed_total" + labels + 1], pair.Client.Samples("istio_tcp_connections_closed_total"));
        Assert.Equal(["istio_tcp_received_bytes_total" + labels + 4], pair.Client.Samples("istio_tcp_received_bytes_total"));
        Assert.Equal(["istio_tcp_sent_bytes_total" + labels + 5], pair.Client.Samples("istio_tcp_sent_bytes_total"));
        string destination = Assert.Single(pair.Server.Samples("istio_tcp_received_bytes_total"));
        Assert.StartsWith("istio_tcp_received_bytes_total{reporter=\"destination\",source_workload=\"unknown\",", destination, StringComparison.Ordinal);
        Assert.EndsWith(
            "request_protocol=\"tcp\",response_flags=\"-\",connection_security_policy=\"none\"} 4", destination, StringComparison.Ordinal);
    }
}
