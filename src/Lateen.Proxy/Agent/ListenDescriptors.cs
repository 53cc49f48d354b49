namespace Lateen.Proxy.Agent;

using System.Globalization;

/// <summary>
/// Listening sockets that the parent opened for us (LATEEN_LISTEN_FDS, for example <c>8080=5,6;443=7</c>): one descriptor per
/// worker and port.
/// </summary>
public sealed class ListenDescriptors
{
    private readonly Dictionary<int, int[]> _byPort;

    private ListenDescriptors(Dictionary<int, int[]> byPort) => _byPort = byPort;

    public static ListenDescriptors None { get; } = new([]);

    public IReadOnlyDictionary<int, int[]> ByPort => _byPort;

    /// <summary>The descriptor for a worker, or 0 when the port must be bound by ourselves.</summary>
    public int For(int port, int workerIndex) =>
        _byPort.TryGetValue(port, out int[]? descriptors) && workerIndex < descriptors.Length ? descriptors[workerIndex] : 0;

    /// <exception cref="FormatException">The text is not of the form port=fd,fd;port=fd.</exception>
    public static ListenDescriptors Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        var byPort = new Dictionary<int, int[]>();
        foreach (string entry in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !TryNumber(entry[..equals], out int port) || port > 65535)
            {
                throw Malformed(entry);
            }

            string[] parts = entry[(equals + 1)..].Split(',');
            var descriptors = new int[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!TryNumber(parts[i].Trim(), out descriptors[i]) || descriptors[i] < 3)
                {
                    throw Malformed(entry);
                }
            }

            byPort[port] = descriptors;
        }

        return new ListenDescriptors(byPort);
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static FormatException Malformed(string entry) =>
        new($"LATEEN_LISTEN_FDS: '{entry}' is not of the form PORT=FD,FD with descriptors from 3 up, one per worker.");
}
