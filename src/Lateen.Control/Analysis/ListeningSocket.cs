namespace Lateen.Control.Analysis;

using System.Globalization;
using System.Net;

/// <summary>A socket on which a process of a pod takes connections.</summary>
public sealed record ListeningSocket(IPAddress Address, int Port)
{
    private const string Listening = "0A";

    /// <summary>Reads /proc/net/tcp and tcp6 (proc(5)): addresses in hexadecimal, each group of four bytes in the machine's order.</summary>
    public static IReadOnlyList<ListeningSocket> Parse(string table)
    {
        List<ListeningSocket> sockets = [];
        foreach (string line in table.Split('\n'))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length < 4 || columns[3] != Listening
                || columns[1].Split(':') is not [{ Length: 8 or 32 } address, var port])
            {
                continue;
            }

            byte[] bytes = Convert.FromHexString(address);
            for (int group = 0; group < bytes.Length; group += 4)
            {
                bytes.AsSpan(group, 4).Reverse();
            }

            sockets.Add(new(new IPAddress(bytes), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        return sockets;
    }
}
