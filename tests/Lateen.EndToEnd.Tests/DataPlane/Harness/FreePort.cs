namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>TCP ports of the loopback interface that nobody listens on.</summary>
internal static partial class FreePort
{
    // Below the ports that the kernel gives away by itself and below node ports: two proxies of tests that run side by side would share a
    // port that both were told is free, as they listen with SO_REUSEPORT.
    private const int First = 20_000;
    private const int Count = 10_000;

    private static int s_last = Environment.ProcessId * 37;

    /// <summary>No two calls of a process give the same port.</summary>
    public static int Next()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref s_last) % Count);
            if (!IsListening(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    /// <summary>Whether a socket of this machine listens there; asked of /proc, so that nobody sees a connection.</summary>
    public static bool IsListening(int port)
    {
        string end = $":{port:X4}";
        return File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(fields => fields.Length > 3 && fields[3] == "0A" && fields[1].EndsWith(end, StringComparison.Ordinal));
    }

    /// <summary>Replaces each <c>${port.NAME}</c> by a free port and notes which.</summary>
    public static string FillPorts(this string text, Dictionary<string, int> ports) => Placeholder().Replace(text, match =>
    {
        string name = match.Groups[1].Value;
        if (!ports.TryGetValue(name, out int port))
        {
            ports[name] = port = Next();
        }

        return port.ToString(CultureInfo.InvariantCulture);
    });

    [GeneratedRegex(@"\$\{port\.([a-z0-9_-]+)\}")]
    private static partial Regex Placeholder();
}
