namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>Gives a proxy one core and this process the others, so that clients in a test do not take the time of what they measure.</summary>
internal sealed class Cores : IAsyncDisposable
{
    private readonly string _allowed;

    private Cores(string allowed) => _allowed = allowed;

    /// <summary>Does nothing on a machine with one core.</summary>
    public static async Task<Cores> SplitAsync(ProxyUnderTest proxy)
    {
        string allowed = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
            .Split('\t')[1].Trim();
        int[] cores = [.. allowed.Split(',').SelectMany(Range)];
        if (cores.Length > 1)
        {
            await PinAsync(proxy.ProcessId, cores[0].ToString(CultureInfo.InvariantCulture));
            await PinAsync(Environment.ProcessId, string.Join(',', cores[1..]));
        }

        return new Cores(allowed);
    }

    public async ValueTask DisposeAsync() => await PinAsync(Environment.ProcessId, _allowed);

    private static IEnumerable<int> Range(string range)
    {
        int[] ends = [.. range.Split('-').Select(static e => int.Parse(e, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    // All its threads; a second time, as one that began or ended meanwhile would be missed.
    private static async Task PinAsync(int process, string cores)
    {
        for (int i = 0; i < 2; i++)
        {
            await Command.RunAsync("taskset", ["-a", "-c", "-p", cores, process.ToString(CultureInfo.InvariantCulture)]);
        }
    }
}
