namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lateen.EndToEnd.Tests.DataPlane.Harness;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>The shipped proxy when something really runs short: it sheds load, lives on and recovers.</summary>
public sealed class OverloadTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const string Pressure = "overload.lateen.resource_monitors.file_descriptors.pressure";
    private const string Types = "type.googleapis.com/envoy.extensions.resource_monitors";

    [Fact]
    public async Task With_few_descriptors_left_connections_are_shed_the_admin_interface_answers_and_service_resumes()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        await LimitDescriptorsAsync(proxy, proxy.OpenFiles + 80);
        await proxy.StatReachesAsync(Pressure, 10);
        var flood = new List<Socket>();
        for (int i = 0; i < 300; i++)
        {
            flood.Add(await ConnectAsync(proxy.Port()));
        }

        await proxy.LineAsync("stop_accepting_connections begins");
        long accepted = await proxy.StatAsync("listener.127.0.0.1_" + Port(proxy) + ".downstream_cx_active");
        flood.ForEach(static socket => socket.Dispose());
        await proxy.LineAsync("stop_accepting_connections ends");
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(proxy.Url("/status/200"), TestContext.Current.CancellationToken);

        Assert.InRange(accepted, 1, 80);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(proxy.HasExited);
    }

    [Fact]
    public async Task With_no_descriptor_left_at_all_for_clients_the_proxy_lives_on_and_recovers()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        await LimitDescriptorsAsync(proxy, proxy.OpenFiles + 12);
        await proxy.StatReachesAsync(Pressure, 100);
        var flood = new List<Socket>();
        for (int i = 0; i < 100; i++)
        {
            flood.Add(await ConnectAsync(proxy.Port()));
        }

        flood.ForEach(static socket => socket.Dispose());
        await LimitDescriptorsAsync(proxy, 4096);
        await proxy.LineAsync("stop_accepting_connections ends");
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(proxy.Url("/status/200"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(proxy.HasExited);
    }

    [Fact]
    public async Task A_memory_limit_that_is_reached_turns_requests_away_with_503_and_not_the_admin_interface()
    {
        string manager = $$"""
            overload_manager:
              refresh_interval: 0.05s
              resource_monitors:
              - name: envoy.resource_monitors.fixed_heap
                typed_config: {'@type': {{Types}}.fixed_heap.v3.FixedHeapConfig, max_heap_size_bytes: 1000000 }
              actions:
              - name: envoy.overload_actions.stop_accepting_requests
                triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.95} }]
              - name: envoy.overload_actions.shrink_heap
                triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.9} }]
            """;
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1), more: manager);
        await proxy.StatReachesAsync("overload.envoy.overload_actions.stop_accepting_requests.active", 1);
        using var client = new HttpClient();

        using HttpResponseMessage answer = await client.GetAsync(proxy.Url("/status/200"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await proxy.LineAsync("503 flags=OM details=overload");
    }

    [Fact]
    public async Task More_connections_than_the_process_may_have_are_closed_at_once()
    {
        string manager = $$"""
            overload_manager:
              resource_monitors:
              - name: envoy.resource_monitors.global_downstream_max_connections
                typed_config: {'@type': {{Types}}.downstream_connections.v3.DownstreamConnectionsConfig, max_active_downstream_connections: 3 }
            """;
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1), more: manager);
        var open = new List<Socket>();
        for (int i = 0; i < 5; i++)
        {
            open.Add(await ConnectAsync(proxy.Port()));
        }

        await proxy.StatReachesAsync($"listener.127.0.0.1_{Port(proxy)}.downstream_global_cx_overflow", 2);

        Assert.Equal(3, await proxy.StatAsync($"listener.127.0.0.1_{Port(proxy)}.downstream_cx_active"));
        open.ForEach(static socket => socket.Dispose());
    }

    [Theory]
    [InlineData("actions: [{name: envoy.overload_actions.reset_high_memory_stream, triggers: []}]", "reset_high_memory_stream")]
    [InlineData("loadshed_points: [{name: envoy.load_shed_points.tcp_listener_accept}]", "loadshed_points")]
    [InlineData("resource_monitors: [{name: x}]", "unknown resource monitor")]
    public async Task What_does_not_act_is_refused_by_its_name(string field, string name)
    {
        string log = await ProxyUnderTest.RefusedAsync(Bootstrap.Http(backend.Http1), more: "overload_manager: {" + field + "}");

        Assert.Contains(name, log, StringComparison.Ordinal);
    }

    private static string Port(ProxyUnderTest proxy) => proxy.Port().ToString(CultureInfo.InvariantCulture);

    private static Task LimitDescriptorsAsync(ProxyUnderTest proxy, int limit) => Command.RunAsync(
        "prlimit", ["--pid", proxy.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={limit}:"]);

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Shed before the connect was even noticed here.
            return socket;
        }

        return socket;
    }
}
