namespace Lateen.Proxy.Tests.Agent;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Agent;

public sealed class ApplicationStartTests
{
    [Fact]
    public async Task Readiness_waits_until_the_application_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Task ready = new ApplicationStart([port]).WaitAsync();
        Assert.False(ready.IsCompleted);

        using var application = new TcpListener(IPAddress.Loopback, port);
        application.Start();

        await ready.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(application.Pending());
    }

    [Fact]
    public async Task A_declared_port_that_nobody_opens_holds_readiness_back_only_for_a_while()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();

        await new ApplicationStart([port]).WaitAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_declared_ports_nothing_is_waited_for()
    {
        Assert.True(new ApplicationStart([]).WaitAsync().IsCompletedSuccessfully);
    }
}
