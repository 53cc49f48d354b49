namespace Lateen.Proxy.Tests.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Tests.Agent;
using Lateen.Testing;

public sealed class RealWorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task With_one_connection_for_three_callers_each_is_answered_and_each_503_is_counted(int workers)
    {
        const int perCaller = 150;
        using var application = PodApplication.Http(200, "ok");
        using var group = new WorkerGroup(workers);
        var stats = new StatsStore(workers);
        int port = FreePort();
        var setup = new TestProxySetup
        {
            Listener = l => l with { Address = TestProxy.Ip("127.0.0.1", port) },
            Cluster = static c => c with
            {
                Breakers = new CircuitBreakerThresholds { MaxConnections = 1, MaxPendingRequests = 1 },
                MaxRequestsPerConnection = 1,
            },
        };
        setup.AccessLog.Keeps = false;
        group.Start();
        var core = new ProxyCore([.. Enumerable.Range(0, workers).Select(group.LoopAt)], stats);
        core.Apply(setup.Build(TestProxy.Ip("127.0.0.1", application.Port)));

        HttpStatusCode[][] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(port, perCaller)))
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        int good = answers.Sum(static a => a.Count(static s => s is HttpStatusCode.OK));
        int overflowed = answers.Sum(static a => a.Count(static s => s is HttpStatusCode.ServiceUnavailable));
        Assert.Equal(3 * perCaller, good + overflowed);
        Assert.True(good >= perCaller / 2, $"{good} good, {overflowed} overflowed");
        Assert.Equal(overflowed, stats.Counter("cluster.upstream.upstream_rq_pending_overflow").Value);
        core.CloseAll();
    }

    private static async Task<HttpStatusCode[]> CallAsync(int port, int count)
    {
        // A connection of its own for every call, so that calls land on all workers.
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        var uri = new Uri($"http://127.0.0.1:{port}/");
        var answers = new List<HttpStatusCode>();
        while (answers.Count < count)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(uri);
                answers.Add(response.StatusCode);
            }
            catch (HttpRequestException) when (answers.Count == 0)
            {
                // The workers have not opened their sockets yet.
                await Task.Yield();
            }
        }

        return [.. answers];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
