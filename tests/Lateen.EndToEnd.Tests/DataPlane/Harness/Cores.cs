namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>
/// Gives a proxy one core and this process the others, so that clients in a test do not take the time of what they measure; and lets it go
/// before whatever else this machine does, as <see cref="RealTime"/> does for a thread of the test.
/// </summary>
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

            // Without the right to real-time scheduling this changes nothing, and the figures carry the noise of the machine.
            await TwiceAsync("chrt", ["--all-tasks", "--fifo", "--pid", "1"], proxy.ProcessId);
        }

        return new Cores(allowed);
    }

    public async ValueTask DisposeAsync() => await PinAsync(Environment.ProcessId, _allowed);

    private static IEnumerable<int> Range(string range)
    {
        int[] ends = [.. range.Split('-').Select(static e => int.Parse(e, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    private static Task PinAsync(int process, string cores) => TwiceAsync("taskset", ["-a", "-c", "-p", cores], process);

    // For all threads; a second time, as one that began or ended meanwhile would be missed.
    private static async Task TwiceAsync(string program, string[] arguments, int process)
    {
        for (int i = 0; i < 2; i++)
        {
            await Command.RunAsync(program, [.. arguments, process.ToString(CultureInfo.InvariantCulture)]);
        }
    }
}
