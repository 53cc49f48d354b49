namespace Lateen.EndToEnd.Tests.DataPlane;

using System.Globalization;
using System.Text;
using Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>What ten thousand attacks cost the shipped proxy, and what another client notices of them.</summary>
public sealed class Http1AttackCostTests
{
    private const int Attacks = 10_000;
    private const int PerSecond = 1_000;

    // Many short rounds, so that a second or two in which the machine had something else to do is a minority.
    private const int Rounds = 9;
    private const int AttacksOfRound = (Attacks / Rounds) + 1;

    // An attack is refused by the codec, so it may cost what an ordinary request on a connection of its own costs, and no more.
    private const double MostCostRatio = 1.5;

    private static readonly byte[][] s_refused =
    [
        .. Http1Attacks.Refused.Select(static row => row.Data.Item3).Where(static a => a.Length < 4_096).Select(Encoding.Latin1.GetBytes),
    ];

    private static readonly byte[] s_ordinary = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_kept = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

    [Fact]
    public async Task Ten_thousand_attacks_cost_no_more_than_one_and_a_half_times_as_many_ordinary_requests()
    {
        using var upstream = new SteadyUpstream();
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(
            Bootstrap.Http(upstream.Port, Http1Attacks.Edge), concurrency: 2);
        await CostAsync(proxy, 2_000, static _ => s_ordinary);
        await CostAsync(proxy, 2_000, Attack);

        double ordinary = await CostAsync(proxy, Attacks, static _ => s_ordinary);
        double attack = await CostAsync(proxy, Attacks, Attack);

        string figures = string.Create(
            CultureInfo.InvariantCulture, $"CPU per ordinary request {ordinary:F1} us, per attack {attack:F1} us: {attack / ordinary:F2}");
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(attack <= MostCostRatio * ordinary, figures);
    }

    [Fact]
    public async Task A_second_client_sees_no_error_of_ten_thousand_attacks_and_its_p99_at_most_doubles()
    {
        using var upstream = new SteadyUpstream();
        await using ProxyUnderTest proxy = await ProxyUnderTest.StartAsync(Bootstrap.Http(upstream.Port, Http1Attacks.Edge));
        await using Cores cores = await Cores.SplitAsync(proxy);
        using var client = new SecondClient(proxy.Port(), static _ => s_kept, Answer);

        Disturbance disturbance = await Disturbance.MeasureAsync(
            client,
            Rounds,
            TimeSpan.FromSeconds((double)AttacksOfRound / PerSecond),
            () => PacedAttacker.RunAsync(proxy.Port(), AttacksOfRound, PerSecond, Attack));

        TestContext.Current.TestOutputHelper?.WriteLine(disturbance.ToString());
        Assert.True(disturbance.MedianRatio <= 2, disturbance.ToString());
        Assert.False(proxy.HasExited);
    }

    private static byte[] Attack(int i) => s_refused[i % s_refused.Length];

    private static int Answer(ReadOnlySpan<byte> received)
    {
        int end = received.IndexOf("status 200\n"u8);
        return end < 0 ? 0 : received.StartsWith("HTTP/1.1 200 OK\r\n"u8) ? end + SteadyUpstream.Body.Length : -1;
    }

    // Microseconds of processor time each.
    private static async Task<double> CostAsync(ProxyUnderTest proxy, int count, Func<int, byte[]> bytes)
    {
        TimeSpan before = proxy.ProcessorTime;
        await PacedAttacker.RunAsync(proxy.Port(), count, int.MaxValue, bytes);
        return (proxy.ProcessorTime - before).TotalMicroseconds / count;
    }
}
