namespace Lateen.Local.Launcher;

using System.Globalization;
using System.Net;
using System.Net.Sockets;

/// <summary>
/// Names outside of the cluster that stand for addresses the user chose with --external NAME[:PORT]=ADDRESS:PORT, so that a lab or a test
/// has its "Internet" on one machine. Each name gets an address that nobody else has (TEST-NET-2, RFC 5737).
/// </summary>
public sealed class ExternalNames
{
    private const int MaxNames = 250;
    private readonly List<string> _names = [];
    private readonly Dictionary<(string Name, int Port), IPEndPoint> _targets = [];

    /// <exception cref="ArgumentException">An entry that cannot be meant, with the way to write it.</exception>
    public ExternalNames(IReadOnlyList<string> entries)
    {
        foreach (string entry in entries)
        {
            Add(entry);
        }
    }

    /// <summary>The address that stands for a name, or null when the name was not given.</summary>
    internal IPAddress? AddressOf(string name) => _names.IndexOf(name) is >= 0 and int index ? Address(index) : null;

    /// <summary>The name whose address it is, or null.</summary>
    internal string? NameOf(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes is [198, 51, 100, > 0 and byte number] && number <= _names.Count ? _names[number - 1] : null;
    }

    /// <summary>Where a port of a name really leads, or null when nobody serves it.</summary>
    internal IPEndPoint? Target(string name, int port) => _targets.GetValueOrDefault((name, port)) ?? _targets.GetValueOrDefault((name, 0));

    private static IPAddress Address(int index) => new([198, 51, 100, (byte)(index + 1)]);

    private void Add(string entry)
    {
        string[] sides = entry.Split('=');
        string[] left = sides[0].Split(':');
        string name = left[0].ToLowerInvariant();
        int port = 0;
        bool valid = sides.Length == 2 && left.Length <= 2
            && name.Length is > 0 and <= 253 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
            && (left.Length == 1 || (TryPort(left[1], out port) && port > 0));
        if (!valid || !TryEndPoint(sides[1], out IPEndPoint? target))
        {
            throw new ArgumentException($"--external {entry} is not understood. Write NAME=ADDRESS:PORT, or NAME:PORT=ADDRESS:PORT for one port "
                + "of the name, for example --external httpbin.org:80=127.0.0.1:8080.");
        }

        if (name.EndsWith(".cluster.local", StringComparison.Ordinal) || IPAddress.TryParse(name, out _))
        {
            throw new ArgumentException($"--external {entry}: {name} is not a name outside of the cluster.");
        }

        if (target.Address.GetAddressBytes() is [169, 254, ..] or [0, ..] or [>= 224, ..])
        {
            throw new ArgumentException($"--external {entry}: {target.Address} is a link-local, multicast or reserved address.");
        }

        if (!_names.Contains(name))
        {
            _names.Add(name);
        }

        if (_names.Count > MaxNames || !_targets.TryAdd((name, port), target))
        {
            throw new ArgumentException(
                _names.Count > MaxNames ? $"--external takes at most {MaxNames} names." : $"--external names {sides[0]} twice.");
        }
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;

    private static bool TryEndPoint(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPEndPoint? target)
    {
        int colon = text.LastIndexOf(':');
        bool valid = colon > 0 && IPAddress.TryParse(text[..colon], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork
            && TryPort(text[(colon + 1)..], out int port) && port > 0;
        target = valid ? IPEndPoint.Parse(text) : null;
        return target is not null;
    }
}
