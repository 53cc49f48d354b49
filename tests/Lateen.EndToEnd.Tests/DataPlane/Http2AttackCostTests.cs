namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Globalization;
using Lateen.EndToEnd.Tests.DataPlane.Harness;
using static Lateen.EndToEnd.Tests.DataPlane.Http2Wire;

/// <summary>What the attacks of <see cref="Http2AttackTests"/> cost the shipped proxy, and what its other clients notice.</summary>
public sealed class Http2AttackCostTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    private const int Hostile = 10_000;
    private const int Burst = 1_250;

    // Ten thousand hostile frames or streams of one kind may cost as much as this share of ten thousand ordinary requests.
    private const double Bound = 0.5;

    // A connection that breaks the protocol (GOAWAY, a line in the log, a lingering close), against one that carries one ordinary request.
    private const double ConnectionBound = 2.0;

    private const int Rounds = 9;
    private const int PerSecond = 1_000;

    private static readonly string[] Kinds = [.. Http2AttackTests.Floods.Select(row => row.Data.Item1)];
    private static readonly byte[][] s_attacks = Attacks();

    [Fact]
    public async Task Ten_thousand_hostile_frames_of_any_kind_cost_at_most_half_of_ten_thousand_requests()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        await RequestsAsync(proxy, Hostile);
        long before = ProcessorNanos(proxy);
        await RequestsAsync(proxy, Hostile);
        double ordinary = ProcessorNanos(proxy) - before;

        var costs = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string kind in Kinds)
        {
            before = ProcessorNanos(proxy);
            for (int sent = 0; sent < Hostile; sent += Burst)
            {
                await AttackAsync(proxy, Http2AttackTests.FloodOf(kind, Burst));
            }

            costs[kind] = (ProcessorNanos(proxy) - before) / ordinary;
        }

        string figures = string.Join(", ", costs.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value:0.000}")));
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"request {ordinary / Hostile / 1000:0.0} us; share of it: {figures}"));
        Assert.True(costs.Values.Max() <= Bound, figures);
    }

    [Fact]
    public async Task Ten_thousand_connections_that_break_the_protocol_cost_at_most_twice_as_much_as_so_many_with_a_request()
    {
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1));
        byte[][] broken = [.. Http2AttackTests.BrokenFrames.Select(row => row.Data.Item2)];
        await ConnectionsAsync(proxy, 1_000, i => broken[i % broken.Length], isBroken: true);
        await ConnectionsAsync(proxy, 1_000, _ => Get(1), isBroken: false);
        long before = ProcessorNanos(proxy);
        await ConnectionsAsync(proxy, 2_000, _ => Get(1), isBroken: false);
        double ordinary = (ProcessorNanos(proxy) - before) / 2_000.0;

        before = ProcessorNanos(proxy);
        await ConnectionsAsync(proxy, Hostile, i => broken[i % broken.Length], isBroken: true);
        double cost = (ProcessorNanos(proxy) - before) / (double)Hostile / ordinary;

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ordinary / 1000:0.0} us, share {cost:0.000}"));
        Assert.InRange(cost, 0, ConnectionBound);
    }

    [Fact]
    public async Task A_second_client_sees_no_error_of_ten_thousand_attacks_and_its_p99_at_most_doubles()
    {
        using var upstream = new SteadyUpstream(connections: 128);
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port));
        await using Cores cores = await Cores.SplitAsync(proxy);
        using var client = new SecondClient(proxy.Port(), Request, AnswerLength);

        int attacks = 0;
        Disturbance disturbance = await Disturbance.MeasureAsync(
            client,
            Rounds,
            TimeSpan.FromSeconds((double)Hostile / PerSecond / Rounds),
            () => PacedAttacker.RunAsync(proxy.Port(), Hostile / Rounds, PerSecond, _ => s_attacks[attacks++ % s_attacks.Length]));

        TestContext.Current.TestOutputHelper?.WriteLine(disturbance.ToString());
        Assert.True(disturbance.MedianRatio <= 2, disturbance.ToString());
        Assert.False(proxy.HasExited);
    }

    // What each connection of an attacker sends: mostly what breaks the protocol or a few hostile frames, and now and then a flood. The end
    // breaks the protocol in any case, so that the proxy closes.
    private static byte[][] Attacks()
    {
        const int FewFrames = 4;
        const int FloodFrames = 1_200;
        const int FloodsOneIn = 100;
        byte[] end = Frame(PingFrame, 0, 0, 1);
        byte[][] small =
        [
            .. Http2AttackTests.BrokenFrames.Select(row => row.Data.Item2),
            .. Kinds.Select(kind => Http2AttackTests.FloodOf(kind, FewFrames)),
        ];
        return
        [
            .. Enumerable.Range(0, FloodsOneIn * Kinds.Length).Select(i => (byte[])
            [
                .. Handshake,
                .. i % FloodsOneIn == 0 ? Http2AttackTests.FloodOf(Kinds[i / FloodsOneIn], FloodFrames) : small[i % small.Length],
                .. end,
            ]),
        ];
    }

    // The window of the answer before is given back with the next request.
    private static byte[] Request(int i) =>
        i == 0 ? [.. Handshake, .. Get(1)] : [.. WindowUpdate(0, (uint)SteadyUpstream.Body.Length), .. Get(1 + (2 * i))];

    private static long ProcessorNanos(ProxyUnderTest proxy) => Directory
        .GetDirectories($"/proc/{proxy.ProcessId}/task")
        .Sum(task => long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture));

    // Requests on one connection, fifty at a time.
    private static async Task RequestsAsync(ProxyUnderTest proxy, int count)
    {
        const int AtATime = 50;
        using RawClient client = await ConnectAsync(proxy);
        int stream = 1;
        for (int sent = 0; sent < count; sent += AtATime)
        {
            int first = stream;
            await client.SendAsync(Repeat(AtATime, i => Get(first + (2 * i))));
            stream += 2 * AtATime;
            int bytes = await CompletedAsync(client, AtATime);
            await client.SendAsync(WindowUpdate(0, (uint)bytes));
        }
    }

    private static async Task AttackAsync(ProxyUnderTest proxy, byte[] frames)
    {
        using RawClient attacker = await ConnectAsync(proxy);
        try
        {
            await attacker.SendAsync(frames);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The proxy has had enough before everything was sent.
            return;
        }

        await attacker.ReadToEndAsync();
    }

    private static Task ConnectionsAsync(ProxyUnderTest proxy, int count, Func<int, byte[]> frames, bool isBroken) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using RawClient client = await ConnectAsync(proxy);
            await client.SendAsync(frames(i));
            if (isBroken)
            {
                Assert.StartsWith("GOAWAY", Describe(await client.ReadToEndAsync())[^1], StringComparison.Ordinal);
            }
            else
            {
                await CompletedAsync(client, 1);
            }
        });
}
