namespace Lateen.Simulation.Tests.Harness;

using System.Text;

/// <summary>The first bytes of a TLS client (RFC 8446 section 4.1.2), enough of them to read the server name.</summary>
internal static class ClientHello
{
    /// <summary>As text with one character for each byte.</summary>
    public static string For(string serverName)
    {
        byte[] name = Encoding.ASCII.GetBytes(serverName);
        byte[] list = [0, .. Length(name.Length), .. name];
        byte[] data = [.. Length(list.Length), .. list];
        byte[] extension = [0, 0, .. Length(data.Length), .. data];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. Length(extension.Length), .. extension];
        byte[] handshake = [1, 0, .. Length(body.Length), .. body];
        return Encoding.Latin1.GetString([0x16, 3, 1, .. Length(handshake.Length), .. handshake]);
    }

    private static byte[] Length(int value) => [(byte)(value >> 8), (byte)value];
}
