namespace Lateen.Proxy.Tests.Listeners;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class HandedPortTests
{
    private const string Refused = "listener_manager.handed_without_listener";
    private static readonly SocketAddress HostAddress = TestProxy.Ip("127.64.1.1", 80);
    private readonly TestProxySetup _setup = new();

    [Fact]
    public void A_handed_port_without_a_listener_refuses()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        proxy.Apply(snapshot with { Listeners = [] });

        TestClient client = proxy.Connect(HostAddress);

        Assert.True(client.IsClosed);
        Assert.Equal(CloseReason.RemoteReset, client.Reason);
        Assert.Equal(1, proxy.Counter(Refused));
    }

    [Fact]
    public void A_handed_port_serves_once_a_listener_appears_and_refuses_when_it_is_gone()
    {
        using TestProxy proxy = Start(out ProxySnapshot snapshot);
        proxy.Apply(snapshot with { Listeners = [] });
        Assert.True(proxy.Connect(HostAddress).IsClosed);

        proxy.Apply(snapshot);
        TestCall served = proxy.Connect(HostAddress).Send("GET /");
        proxy.Apply(snapshot with { Listeners = [] });

        Assert.Equal(200, served.Response.Status);
        Assert.True(proxy.Connect(HostAddress).IsClosed);
        Assert.Equal(2, proxy.Counter(Refused));
    }

    [Fact]
    public void A_handed_port_accepts_nothing_while_the_proxy_drains()
    {
        using TestProxy proxy = Start(out _);

        proxy.Core.DrainListeners();
        proxy.Run();

        Assert.True(proxy.Connect(HostAddress).IsClosed);
        Assert.Equal(0, proxy.Counter(Refused));
    }

    private TestProxy Start(out ProxySnapshot snapshot)
    {
        var proxy = new TestProxy(setup => setup.ListenDescriptors = new Dictionary<int, IReadOnlyList<int>> { [80] = [3] });
        snapshot = _setup.Build(proxy.Upstream.Address);
        return proxy;
    }
}
