namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

/// <summary>TCP ports of the loopback interface that nobody listens on.</summary>
internal static partial class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
